"""A page that comes in is told everything; one that listens, what is new."""

import json

from marpweave.serve.web.feed import Feed

HELLO = {"type": "hello", "name": "deck"}


def slides(*order, css="a"):
    return {"type": "slides", "order": list(order), "html": {key: f"<{key}>" for key in order}, "css": css, "edited": None}


def heard(page):
    return [json.loads(page.get_nowait()) for _ in range(page.qsize())]


def feed_with(*messages):
    feed = Feed(HELLO)
    for message in messages:
        feed.tell(message)
    return feed


def test_who_comes_in_gets_the_whole_deck():
    feed = feed_with(slides("a", "b"), slides("a", "c"), {"type": "running", "cells": []}, {"type": "broken", "line": 3})
    assert heard(feed.join()) == [HELLO, slides("a", "c"), {"type": "running", "cells": []}, {"type": "broken", "line": 3}]


def test_who_listens_gets_only_slides_that_are_new():
    feed = feed_with(slides("a", "b", "c"))
    page = feed.join()
    heard(page)
    for message in (slides("a", "x", "c"), slides("a", "x", "c", css="b"), slides("a", "x", css="b")):
        feed.tell(message)
    assert [(each["html"], each["css"]) for each in heard(page)] == [({"x": "<x>"}, None), ({}, "b"), ({}, None)]


def test_which_slide_was_edited_is_news_for_those_who_listened():
    feed = feed_with(slides("a"))
    page = feed.join()
    heard(page)
    for message in (slides("b") | {"edited": 0}, slides("b") | {"edited": 0}):
        feed.tell(message)
    assert [each["edited"] for each in heard(page)] == [0]
    assert [each["edited"] for each in heard(feed.join())[1:]] == [None]


def test_nothing_is_said_twice():
    feed = feed_with(slides("a"), {"type": "findings", "findings": []})
    page = feed.join()
    heard(page)
    for message in (slides("a"), {"type": "findings", "findings": []}, {"type": "whole"}):
        feed.tell(message)
    assert heard(page) == []


def test_a_deck_that_can_be_read_again_is_whole_once():
    feed = feed_with({"type": "broken", "line": 3})
    page = feed.join()
    heard(page)
    feed.tell({"type": "whole"})
    feed.tell({"type": "whole"})
    assert heard(page) == [{"type": "whole"}]
    assert heard(feed.join()) == [HELLO]


def test_a_page_that_left_hears_nothing():
    feed = feed_with()
    page = feed.join()
    heard(page)
    feed.leave(page)
    feed.tell(slides("a"))
    assert heard(page) == []
