"""The headers every answer carries, errors and static files too."""

from flask import Flask, Response, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

NOTHING, OURS = "'none'", "'self'"
NEVER_ASKED_FOR = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
A_YEAR = 31_536_000


def content_security_policy() -> ContentSecurityPolicy:
    """Nothing but our own files, and no script or style inside a page."""
    return (
        ContentSecurityPolicy()
        .default_src(NOTHING)
        .script_src(OURS)
        .style_src(OURS)
        .img_src(OURS, "data:")
        .connect_src(OURS)
        .font_src(OURS)
        .manifest_src(OURS)
        .form_action(OURS)
        .base_uri(NOTHING)
        .object_src(NOTHING)
        .frame_ancestors(NOTHING)
    )


def permissions() -> PermissionsPolicy:
    """No page of ours uses any of the machine's senses."""
    policy = PermissionsPolicy()
    for sense in NEVER_ASKED_FOR:
        policy.add_directive(sense)
    return policy


def protective(https: bool) -> Secure:
    """The set of headers; with https browsers are told to come back by https only."""
    return Secure(
        csp=content_security_policy(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=permissions(),
        referrer=ReferrerPolicy().no_referrer(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(A_YEAR) if https else None,
    )


def init_app(app: Flask) -> None:
    """Put the headers on every answer, and let nothing private be kept by a browser."""
    given = protective(app.config["HTTPS"])

    def protect(response: Response) -> Response:
        stricter = response.headers.get("Content-Security-Policy")
        given.set_headers(response)
        if stricter:
            response.headers["Content-Security-Policy"] = stricter
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(protect)
