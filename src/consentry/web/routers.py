"""What the API is made of; the page is in static.py."""

from typing import Any

from fastapi import APIRouter

from consentry.web import (
    cameras,
    channels,
    devices,
    diary,
    events,
    feed,
    footage,
    house,
    join,
    keys,
    live,
    members,
    passkeys,
    recordings,
    recovery,
    second_factor,
    session,
    shares,
    tokens,
    trust,
)
from consentry.web.media_route import MediaRoute

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    keys.router,
    recovery.router,
    cameras.router,
    recordings.router,
    events.router,
    diary.router,
    house.router,
    channels.router,
    members.router,
    join.router,
    devices.router,
    second_factor.router,
    passkeys.router,
    tokens.router,
    live.router,
    feed.router,
    trust.router,
    shares.router,
)

MEDIA_ROUTES: tuple[MediaRoute[Any], ...] = (*footage.ROUTES, *shares.ROUTES)
