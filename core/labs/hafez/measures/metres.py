"""Define the metres most used by Hafez and his time, by their feet."""

# Names as in Elwell-Sutton, "The Persian Metres" (1976), by their feet; u is short, - long. Variants share a name.
METRES: dict[str, tuple[str, ...]] = {
    "ramal makhbun mahzuf, 8 feet": ("-u--uu--uu--uu-", "uu--uu--uu--uu-", "-u--uu--uu----", "uu--uu--uu----"),
    "mojtass makhbun mahzuf, 8 feet": ("u-u-uu--u-u-uu-", "u-u-uu--u-u---"),
    "mozare akhrab makfuf mahzuf, 8 feet": ("--u-u-uu--u-u-",),
    "ramal mahzuf, 8 feet": ("-u---u---u---u-",),
    "hazaj salem, 8 feet": ("u---u---u---u---",),
    "hazaj mahzuf, 6 feet": ("u---u---u--",),
    "hazaj akhrab makfuf mahzuf, 8 feet": ("--uu--uu--uu--",),
    "mozare akhrab, 8 feet": ("--u-u----u-u--",),
    "hazaj akhrab, 8 feet": ("--uu-----uu---",),
    "monsareh matvi makshuf, 8 feet": ("-uu--u--uu--u-",),
    "monsareh matvi manhur, 8 feet": ("-uu--u-u-uu--",),
    "rajaz salem, 8 feet": ("--u---u---u---u-",),
    "rajaz matvi makhbun, 8 feet": ("-uu-u-u--uu-u-u-",),
    "khafif makhbun mahzuf, 6 feet": ("-u--u-u-uu-", "uu--u-u-uu-", "-u--u-u---", "uu--u-u---"),
    "sari matvi makshuf, 6 feet": ("-uu--uu--u-",),
    "motaqareb mahzuf, 8 feet": ("u--u--u--u-",),
    "motaqareb salem, 8 feet": ("u--u--u--u--",),
    "ramal mahzuf, 6 feet": ("-u---u---u-",),
    "ramal mashkul, 8 feet": ("uu-u-u--uu-u-u--",),
    "hazaj akhrab maqbuz mahzuf, 6 feet": ("--uu-u-u--",),
    "mojtass makhbun, 8 feet": ("u-u-uu--u-u-uu--",),
}

NAMES = tuple(METRES)
