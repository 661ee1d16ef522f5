"""Video violence check: a network's estimate from the motion in a video, second by second, with explanations."""

import streamlit as st

from core.labs.video_violence import messages, words
from core.labs.video_violence.view import camera, films as violence_films, training as violence_training, views
from core.ui import jobs, lab_page
from core.ui.frame import chrome

with lab_page.frame(messages.title, messages.lead) as (controls, result):
    with controls:
        source = views.source()
        threshold = views.threshold()
        run = views.network()
        films = violence_films.chosen(source) if source != "Webcam" else []
    with result:
        job, told = jobs.current(violence_training.collect, violence_training.live), True
        chrome.stamps(*words.stamps(run))
        if job is not None:
            jobs.panel(job, violence_training.live)
        if source == "Webcam":
            camera.webcam(run, threshold)
        else:
            camera.off()
            view = chrome.views("Timeline", lab_page.INSIDE, "Training", lab_page.STUDY, lab_page.THEORY)
            if view == lab_page.THEORY:
                views.how_it_works()
            elif view == lab_page.STUDY:
                views.ablation()
            elif view == "Training":
                with st.container():
                    with st.container(key="below-own-clips"):
                        violence_training.own_clips(job is not None)
                    told = violence_training.results(run, threshold)
            elif not films:
                st.info(messages.no_film)
            else:
                answers = violence_films.checked(films, run)
                violence_films.progress()
                views.film(view, films, answers, run, threshold)
                st.caption(messages.privacy)
        if told:
            chrome.honest(words.honest(run))
