"""A bookmarklet's link: what is taken from it, and what is not let in."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pybridge.macros.syntax.tokens import find_tokens
from pybridge.project.bookmarklet import Bookmark, BookmarkInvalid, read_bookmarklet


def link(url: str, title: str = "T") -> str:
    return f"bds://new-post?title={quote(title, safe='')}&url={quote(url, safe='')}"


@pytest.mark.parametrize(
    ("text", "bookmark"),
    [
        pytest.param(
            "bds://new-post?title=Hello%20%3Cb%3EWorld%3C%2Fb%3E&url=https%3A%2F%2Fexample.com%2Fpost%3Fx%3D1%23frag",
            Bookmark("Hello <b>World</b>", "https://example.com/post?x=1"),
            id="legacy",
        ),
        pytest.param("BDS://New-Post/?url=http://a.example&title=a+b", Bookmark("a b", "http://a.example/"), id="cases"),
        pytest.param("bds://new-post?url=https://a.example/x", Bookmark("a.example", "https://a.example/x"), id="no title"),
        pytest.param(
            "bds://new-post?title=%00%0A%20&url=https://a.example/x", Bookmark("a.example", "https://a.example/x"), id="blank title"
        ),
        pytest.param("bds://new-post?title=a&title=b&url=https://a.example/", Bookmark("a", "https://a.example/"), id="twice"),
    ],
)  # fmt: skip
def test_title_and_page_are_taken(text: str, bookmark: Bookmark) -> None:
    assert read_bookmarklet(text) == bookmark


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("HTTPS://EXAMPLE.com", "https://example.com/"),
        ("  https://example.com/a\n\tb\0 ", "https://example.com/ab"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a?b=c&d#e", "http://example.com:8080/a?b=c&d"),
        ("https:\\\\example.com\\a", "https://example.com/a"),
        ("https://example.com/ä b?q=ü\"<>", "https://example.com/%C3%A4%20b?q=%C3%BC%22%3C%3E"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[2001:DB8::1]/a", "http://[2001:db8::1]/a"),
    ],
)  # fmt: skip
def test_the_address_is_made_plain(url: str, clean: str) -> None:
    assert read_bookmarklet(link(url)).url == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.com/?title=a&url=https://b.example",
        "bds://other?url=https://a.example",
        "bds://new-post@evil?url=https://a.example",
        "bds://new-post:1?url=https://a.example",
        "bds://new-post/edit?url=https://a.example",
        "bds:new-post?url=https://a.example",
        "bds://new-post",
        "bds://[?url=https://a.example",
        "bds://new-post?" + "a=b&" * 20_000,
        "bds://new-post?" + "a=b&" * 200 + "url=https://a.example",
        *map(
            link,
            [
                "",
                "javascript:alert(1)",
                "java\nscript:alert(1)",
                "&#106;avascript:alert(1)",
                "&#x6A&#x61;vascript:alert(1)",
                "javascript&colon;alert(1)",
                "%6Aavascript:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "file:///etc/passwd",
                "//example.com/a",
                "/a",
                "example.com",
                "https://",
                "https:///a",
                "https://exa mple.com/",
                "https://a.example:99999/",
                "https://a.example:x/",
                "https://[::1/",
                "https://a<b>.example/",
                "https://example.com/" + "a" * 2048,
                "https://example.com/" + "ä" * 400,
            ],
        ),
    ],
)
def test_what_is_not_let_in(text: str) -> None:
    with pytest.raises(BookmarkInvalid):
        read_bookmarklet(text)


def test_long_titles_are_cut() -> None:
    assert read_bookmarklet(link("https://a.example/", "ä" * 300)).title == "ä" * 200


@pytest.mark.parametrize(
    ("title", "url", "content"),
    [
        ("A [title] (test)", "https://example.com/x?y=1", r"[A \[title\] \(test\)](https://example.com/x?y=1)"),
        ("a\\b", "https://e.example/", r"[a\\b](https://e.example/)"),
        ("t", "https://e.example/Foo_(bar)", "[t](https://e.example/Foo_(bar))"),
        ("t", "https://e.example/a)b(", "[t](https://e.example/a%29b%28)"),
    ],
)  # fmt: skip
def test_the_post_is_a_link(title: str, url: str, content: str) -> None:
    post = Bookmark(title, url).to_post("aside")
    assert post == {"title": title, "content": content, "tags": [], "categories": ["aside"]}
    assert Bookmark(title, url).to_post()["categories"] == []
    assert Bookmark(title, url).context() == {"source": "blogmark", "url": url}


@given(
    st.text("ab <>[]`*_~&;#|!\\\\(){}'\"日", min_size=1, max_size=20),
    st.text("ab[]`()*_|^{}'&", max_size=12),
)
def test_title_and_address_survive_as_one_link_without_macros(title: str, path: str) -> None:
    bookmark = read_bookmarklet(link(f"https://example.org/{quote(path, safe='')}", title))
    content = bookmark.to_post()["content"]
    assert find_tokens(content, markdown=True) == []
    page = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(content)
    )
    found = re.fullmatch(r'<p><a href="([^"]*)">(.*)</a></p>\n', page)
    assert found is not None, page
    assert html.unescape(found[2]) == bookmark.title


def test_brackets_of_an_address_are_encoded() -> None:
    bookmark = read_bookmarklet("bds://new-post?title=T&url=https://example.org/[[gallery]]")
    assert bookmark.url == "https://example.org/%5B%5Bgallery%5D%5D"
    title = Bookmark("<dialog>: List<T> `x", "https://e.example/").to_post()["content"]
    assert title == r"[\<dialog\>: List\<T\> \`x](https://e.example/)"
