#!/usr/bin/env python3
"""Uses the API through a client that a generator made of its document: `client.py URL`. Nothing here
knows more of the API than the document says: each error is told by its code."""

import sys
import uuid
from http import HTTPStatus

from basalt_client import AuthenticatedClient, Client
from basalt_client.api.account import change_me, login, logout, read_me, register_user
from basalt_client.api.posts import change_post, create_post, delete_post, list_posts, read_post
from basalt_client.models import (
    ApiError,
    Credentials,
    ErrorCode,
    FieldCode,
    Logout,
    MyChanges,
    NewPost,
    NewUser,
    PostChanges,
    PostCursorPage,
    PostEnvelope,
    PostPage,
    SessionEnvelope,
    UserEnvelope,
)

URL = sys.argv[1]
PASSWORD = "correct horse"


def good(answer, kind):
    """What a success holds."""
    assert isinstance(answer.parsed, kind), (answer.status_code, answer.content)
    return answer.parsed


def refused(answer, status, code):
    """The error, which is this one."""
    error = good(answer, ApiError)
    assert (answer.status_code, error.code) == (status, code), (answer.status_code, error)
    assert error.request_id == answer.headers["X-Request-Id"]
    return error


def register_and_log_in(anonymous):
    email = f"ann.{uuid.uuid4().hex[:8]}@example.com"
    ann = NewUser(name="Ann", email=email, password=PASSWORD)

    weak = NewUser(name=" ", email="ann", password="short")
    answer = register_user.sync_detailed(client=anonymous, body=weak)
    error = refused(answer, HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION_FAILED)
    fields = {entry.field: entry.code for entry in error.errors}
    assert fields == {
        "name": FieldCode.REQUIRED,
        "email": FieldCode.INVALID_EMAIL,
        "password": FieldCode.TOO_SHORT,
    }, fields

    # The answer got lost: the same key gives it again.
    key = str(uuid.uuid4())
    first = register_user.sync_detailed(client=anonymous, body=ann, idempotency_key=key)
    again = register_user.sync_detailed(client=anonymous, body=ann, idempotency_key=key)
    assert good(first, UserEnvelope).data.id == good(again, UserEnvelope).data.id
    assert again.headers["Idempotency-Replayed"] == "true"
    other = NewUser(name="Anna", email=email, password=PASSWORD)
    answer = register_user.sync_detailed(client=anonymous, body=other, idempotency_key=key)
    refused(answer, HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.IDEMPOTENCY_KEY_REUSED)
    answer = register_user.sync_detailed(client=anonymous, body=ann)
    refused(answer, HTTPStatus.CONFLICT, ErrorCode.EMAIL_TAKEN)

    credentials = Credentials(email=email, password=PASSWORD)
    session = good(login.sync_detailed(client=anonymous, body=credentials), SessionEnvelope).data
    assert session.user.name == "Ann" and session.expires_at.tzinfo is not None
    return AuthenticatedClient(base_url=URL, token=session.token)


def write_and_walk(anonymous, ann):
    titles = [f"Post {number}" for number in range(5)]
    written = []
    for title in titles:
        post = NewPost(title=title, content="Hello, everyone.", published=True)
        key = str(uuid.uuid4())
        answers = [
            create_post.sync_detailed(client=ann, body=post, idempotency_key=key) for _ in range(2)
        ]
        ids = {good(answer, PostEnvelope).data.id for answer in answers}
        assert len(ids) == 1, "a repeated request makes no second post"
        written += ids

    seen, cursor, author = [], "", good(read_me.sync_detailed(client=ann), UserEnvelope).data.id
    while cursor is not None:
        answer = list_posts.sync_detailed(client=anonymous, cursor=cursor, limit=2, author=author)
        step = good(answer, PostCursorPage)
        seen += [post.id for post in step.data]
        cursor = step.pagination.next_
    assert seen == written[::-1], "each post once, the newest first"

    answer = list_posts.sync_detailed(client=anonymous, page=3, limit=2, author=author)
    page = good(answer, PostPage)
    assert (len(page.data), page.pagination.total, page.pagination.pages) == (1, 5, 3)
    answer = list_posts.sync_detailed(client=anonymous, cursor="nonsense")
    refused(answer, HTTPStatus.BAD_REQUEST, ErrorCode.INVALID_CURSOR)
    return written[0]


def edit(ann, post):
    """Two devices edit one post: the second hears of it, reads again, and writes again."""
    tag = read_post.sync_detailed(id=post, client=ann).headers["ETag"]
    here, there = PostChanges(title="From here"), PostChanges(content="From there.")
    answer = change_post.sync_detailed(id=post, client=ann, body=here, if_match=tag)
    good(answer, PostEnvelope)
    answer = change_post.sync_detailed(id=post, client=ann, body=there, if_match=tag)
    refused(answer, HTTPStatus.PRECONDITION_FAILED, ErrorCode.VERSION_CONFLICT)
    present = read_post.sync_detailed(id=post, client=ann)
    assert present.headers["ETag"] == answer.headers["ETag"] != tag
    answer = change_post.sync_detailed(
        id=post, client=ann, body=there, if_match=present.headers["ETag"]
    )
    changed = good(answer, PostEnvelope).data
    assert (changed.title, changed.content) == ("From here", "From there.")
    answer = read_post.sync_detailed(id=post, client=ann, if_none_match=answer.headers["ETag"])
    assert answer.status_code == HTTPStatus.NOT_MODIFIED
    answer = delete_post.sync_detailed(id=post, client=ann)
    assert answer.status_code == HTTPStatus.NO_CONTENT
    refused(
        read_post.sync_detailed(id=post, client=ann), HTTPStatus.NOT_FOUND, ErrorCode.NOT_FOUND
    )


def guess(anonymous):
    """Wrong passwords are counted; then it has to wait, for as long as it is told."""
    wrong = Credentials(email="nobody@example.com", password="a guess")
    for _ in range(100):
        answer = login.sync_detailed(client=anonymous, body=wrong)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            break
        refused(answer, HTTPStatus.UNAUTHORIZED, ErrorCode.INVALID_CREDENTIALS)
    refused(answer, HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.RATE_LIMITED)
    assert int(answer.headers["Retry-After"]) > 0


def leave(ann):
    changes = MyChanges(name="Anna")
    assert good(change_me.sync_detailed(client=ann, body=changes), UserEnvelope).data.name == "Anna"
    answer = logout.sync_detailed(client=ann, body=Logout(everywhere=True))
    assert answer.status_code == HTTPStatus.NO_CONTENT
    answer = read_me.sync_detailed(client=ann)
    refused(answer, HTTPStatus.UNAUTHORIZED, ErrorCode.TOKEN_REVOKED)


anonymous = Client(base_url=URL)
ann = register_and_log_in(anonymous)
post = write_and_walk(anonymous, ann)
edit(ann, post)
leave(ann)
guess(anonymous)
print("the generated client registered, logged in, walked, edited, repeated, and knew each error")
