"""Write a radif in Latin letters, and say what it means if it is one of the divan's.

Persian script omits short vowels. Radifs of the table have the usual Iranian pronunciation; for other words they are
guessed, so their transliteration is approximate.
"""

# Radif -> its transliteration and its meaning. One word may mean another thing in another verse.
USUAL = {
    "است": ("ast", "is"),
    "من است": ("man ast", "is mine"),
    "خوش است": ("khosh ast", "is pleasant"),
    "چه حاجت است": ("che hājat ast", "what need is there?"),
    "هوس است": ("havas ast", "is my wish"),
    "خویشتن است": ("khīshtan ast", "is one's own self"),
    "توست": ("tost", "is yours"),
    "کجاست": ("kojāst", "where is it?"),
    "چیست": ("chīst", "what is it?"),
    "کیست": ("kīst", "who is it?"),
    "هست": ("hast", "there is"),
    "نیست": ("nīst", "is not"),
    "نیست که نیست": ("nīst ke nīst", "there is none that is not"),
    "این همه نیست": ("īn hame nīst", "is not all that much"),
    "بود": ("būd", "was"),
    "نبود": ("nabūd", "was not"),
    "تو بود": ("to būd", "was yours"),
    "خواهد بود": ("khāhad būd", "will be"),
    "چه خواهد بودن": ("che khāhad būdan", "what will it be?"),
    "بودی": ("būdī", "would be"),
    "باشد": ("bāshad", "may be"),
    "خوش نباشد": ("khosh nabāshad", "is not pleasant"),
    "باشی": ("bāshī", "may you be"),
    "من باشی": ("man bāshī", "may you be mine"),
    "باش": ("bāsh", "be!"),
    "می باش": ("mī-bāsh", "keep being!"),
    "خود باشم": ("khod bāsham", "may I be my own"),
    "باد": ("bād", "may it be"),
    "مباد": ("mabād", "may it not be"),
    "یاد باد": ("yād bād", "be it remembered"),
    "تو باد": ("to bād", "may it be yours"),
    "شد": ("shod", "became"),
    "آخر شد": ("ākhar shod", "came to an end"),
    "و نشد": ("o nashod", "and it did not come to be"),
    "را چه شد": ("rā che shod", "what has become of"),
    "خواهد شد": ("khāhad shod", "will become"),
    "نخواهد شد": ("nakhāhad shod", "will not become"),
    "نشود": ("nashavad", "does not become"),
    "چه شود": ("che shavad", "what if it were so?"),
    "شدم": ("shodam", "I became"),
    "شوی": ("shavī", "you may become"),
    "دارد": ("dārad", "has"),
    "ندارد": ("nadārad", "has not"),
    "نگه دارد": ("negah dārad", "keeps safe"),
    "داری": ("dārī", "you have"),
    "می داری": ("mī-dārī", "you keep"),
    "داشت": ("dāsht", "had"),
    "کرد": ("kard", "did"),
    "نکرد": ("nakard", "did not do"),
    "چه کرد": ("che kard", "what did it do?"),
    "می کرد": ("mī-kard", "was doing"),
    "نتوان کرد": ("natavān kard", "one cannot do"),
    "خواهم کرد": ("khāham kard", "I shall do"),
    "کند": ("konad", "does"),
    "بکند": ("bekonad", "may do"),
    "نمی کند": ("nemī-konad", "does not do"),
    "کنند": ("konand", "they do"),
    "می کنند": ("mī-konand", "they keep doing"),
    "کنم": ("konam", "I do"),
    "کردم": ("kardam", "I did"),
    "کن": ("kon", "do!"),
    "کنید": ("konīd", "do! (to several)"),
    "کنی": ("konī", "you do"),
    "نکنی": ("nakonī", "you do not do"),
    "نمی کنی": ("nemī-konī", "you are not doing"),
    "بکنیم": ("bekonīm", "let us do"),
    "آمد": ("āmad", "came"),
    "بازآمد": ("bāz āmad", "came back"),
    "بازآید": ("bāz āyad", "comes back"),
    "حیرت آمد": ("heyrat āmad", "became wonder"),
    "آمده ایم": ("āmade-īm", "we have come"),
    "آمده ای": ("āmade-ī", "you have come"),
    "برآید": ("bar āyad", "comes forth"),
    "درآید باز": ("dar āyad bāz", "comes in again"),
    "به درآیی": ("be dar āyī", "you come out"),
    "رفت": ("raft", "went"),
    "رفت رفت": ("raft raft", "what is gone is gone"),
    "و برفت": ("o beraft", "and went"),
    "رود": ("ravad", "goes"),
    "برود": ("beravad", "may go"),
    "نرود": ("naravad", "does not go"),
    "می رود": ("mī-ravad", "is going"),
    "روم": ("ravam", "I go"),
    "بروم": ("beravam", "let me go"),
    "رسید": ("resīd", "arrived"),
    "ما نرسد": ("mā narasad", "does not reach ours"),
    "داد": ("dād", "gave"),
    "دادند": ("dādand", "they gave"),
    "نمی دهد": ("nemī-dehad", "does not give"),
    "گفت": ("goft", "said"),
    "گفتیم": ("goftīm", "we said"),
    "بگو": ("begū", "say!"),
    "گرفت": ("gereft", "took"),
    "گیرد": ("gīrad", "takes"),
    "گیرند": ("gīrand", "they take"),
    "ببرد": ("bebarad", "may carry off"),
    "بریم": ("barīm", "we carry"),
    "ببر": ("bebar", "carry off!"),
    "آورد": ("āvarad", "brings"),
    "می آورد": ("mī-āvarad", "is bringing"),
    "آرد": ("ārad", "brings"),
    "یاد آرید": ("yād ārīd", "remember!"),
    "به من آر": ("be man ār", "bring to me!"),
    "بیار": ("biyār", "bring!"),
    "زد": ("zad", "struck"),
    "زدند": ("zadand", "they struck"),
    "می زنم": ("mī-zanam", "I keep striking"),
    "داند": ("dānad", "knows"),
    "دانست": ("dānest", "knew"),
    "که تو دانی": ("ke to dānī", "as you know"),
    "بماند": ("bemānad", "may remain"),
    "نماندست": ("namāndast", "has not remained"),
    "افتاد": ("oftād", "fell"),
    "افتاده بود": ("oftāde būd", "had fallen"),
    "ما افتد": ("mā oftad", "falls to us"),
    "انداخت": ("andākht", "threw"),
    "اندازد": ("andāzad", "throws"),
    "انداز": ("andāz", "throw!"),
    "انداختی": ("andākhtī", "you threw"),
    "بسوخت": ("besūkht", "burned"),
    "برخاست": ("barkhāst", "rose"),
    "برخیزم": ("barkhīzam", "let me rise"),
    "ببست": ("bebast", "bound"),
    "شنید": ("shenīd", "heard"),
    "بگشایند": ("bogshāyand", "may they open"),
    "نهادیم": ("nehādīm", "we laid"),
    "نهاده ایم": ("nehāde-īm", "we have laid"),
    "طلبیم": ("talabīm", "we seek"),
    "می بینم": ("mī-bīnam", "I see"),
    "نمی بینم": ("nemī-bīnam", "I do not see"),
    "ببین": ("bebīn", "see!"),
    "بین": ("bīn", "see!"),
    "بشکن": ("beshkan", "break!"),
    "بخش": ("bakhsh", "grant!"),
    "بگردان": ("begardān", "turn!"),
    "می کشی": ("mī-keshī", "you draw"),
    "را": ("rā", "marks the object of the verb"),
    "تو": ("to", "you, your"),
    "ما": ("mā", "we, our"),
    "من": ("man", "I, my"),
    "شما": ("shomā", "you, your"),
    "ز من": ("ze man", "from me"),
    "از او": ("az ū", "from him or her"),
    "خویش": ("khīsh", "one's own"),
    "دوست": ("dūst", "friend, beloved"),
    "غریب": ("gharīb", "stranger"),
    "عمر": ("omr", "life"),
    "حسن": ("hosn", "beauty"),
    "فراق": ("ferāq", "separation"),
    "خجل": ("khejel", "ashamed"),
    "چو شمع": ("cho sham'", "like a candle"),
    "خوش": ("khosh", "pleasant"),
    "خوش باش": ("khosh bāsh", "be merry!"),
    "تو خوش": ("to khosh", "pleasant in you"),
    "بس": ("bas", "enough"),
    "ما را بس": ("mā rā bas", "is enough for us"),
    "غم مخور": ("gham makhor", "do not grieve"),
    "که مپرس": ("ke mapors", "do not ask!"),
    "ام که مپرس": ("-am ke mapors", "I have, do not ask!"),
    "باز": ("bāz", "again"),
    "هنوز": ("hanūz", "still"),
    "دگر": ("degar", "other, once more"),
    "چند": ("chand", "how many, how long"),
    "هم": ("ham", "also"),
    "نیز هم": ("nīz ham", "too"),
    "کو": ("kū", "where is it?"),
    "بهتر از این": ("behtar az īn", "better than this"),
    "ای یعنی چه": ("-ī ya'nī che", "what does that mean?"),
    "ایم": ("-īm", "we are"),
    "ام": ("-am", "I am"),
    "ای": ("-ī", "you are"),
    "افتادست": ("oftādast", "has fallen"),
    "تو بست": ("to bast", "bound to you"),
    "نفرستاد": ("nafrestād", "did not send"),
    "می فرستمت": ("mī-ferestamat", "I send you"),
    "میرمت": ("mīramat", "may I die for you"),
    "است که بود": ("ast ke būd", "is as it was"),
    "تو بی چیزی نیست": ("to bī chīzī nīst", "of yours is not without a reason"),
    "فکنم": ("fekanam", "let me throw"),
    "آلوده": ("ālūde", "stained"),
    "اولی": ("owlā", "is better"),
    "فرخ": ("farrokh", "fortunate; here a name"),
    "الغیاث": ("al-ghiyās", "help!"),
}  # fmt: skip

CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "z", "ر": "r",
    "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "'", "غ": "gh", "ف": "f",
    "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ء": "'", "ئ": "'",
}  # fmt: skip
LONG = {"آ": "ā", "ا": "ā", "و": "ū", "ی": "ī"}
VOWELS = {"a", "e", *LONG.values()}
GLIDES = {"و": "v", "ی": "y"}  # between vowels, and where a word begins


def of(radif: str) -> tuple[str, str, bool]:
    """Return a radif in Latin letters, its meaning ("" if unknown), and whether the transliteration is a guess."""
    if radif in USUAL:
        return *USUAL[radif], False
    words = radif.split()
    read = " ".join(USUAL[word][0] if word in USUAL else spelled(word) for word in words)
    return read, "", any(word not in USUAL for word in words)


def spelled(word: str) -> str:
    """Transliterate one word by rule; `a` stands for short vowels, one between consonants that a syllable parts."""
    sounds: list[str] = []
    for letter, following in zip(word, f"{word[1:]} ", strict=False):
        begins, after_vowel = not sounds, bool(sounds) and sounds[-1] in VOWELS
        if letter == "ی" and sounds == ["ī"]:  # of an initial ای
            continue
        if letter in GLIDES and (begins or after_vowel or (following in LONG and following != letter)):
            sounds.append(GLIDES[letter])
        elif letter == "ا" and begins:
            sounds.append("ī" if following == "ی" else "a")
        elif letter == "ه" and following == " " and not begins and not after_vowel:
            sounds.append("e")
        else:
            sounds.append(LONG.get(letter) or CONSONANTS.get(letter, ""))
    return "".join(_parted([sound for sound in sounds if sound]))


def _parted(sounds: list[str]) -> list[str]:
    """Insert `a` after a consonant that begins a word before another one, and between the last two of three."""
    out: list[str] = []
    for sound in sounds:
        if sound not in VOWELS and out and out[-1] not in VOWELS and (len(out) == 1 or out[-2] not in VOWELS):
            out.append("a")
        out.append(sound)
    return out
