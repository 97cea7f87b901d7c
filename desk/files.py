"""Attachments: opened only for those who may read the case, shown only when they are what they say they are."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from casestore.errors import CaseNotFound
from desk import access
from desk.forms import RowId
from desk.office import desk_of
from desk.sign_in import Member

router = APIRouter()

_BEGINNINGS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


@router.get("/cases/{reference}/files/{file_id}")
def file(request: Request, reference: str, file_id: RowId, member: Member) -> Response:
    """One attachment, decrypted; the case log says who saw it."""
    desk = desk_of(request)
    with desk.store.unit_of_work() as uow:
        found, conversation = access.private(uow, reference, member)
        opened = uow.attachments.content(conversation, file_id)
        if opened is None:
            raise CaseNotFound("there is no such file")
        attachment, content = opened
        actor = f"staff:{member.id}"
        uow.log.note(found.case.id, "file_viewed", actor=actor, now=desk.clock(), file=attachment.id)
    shown = attachment.media_type if is_image(attachment.media_type, content) else ""
    name = quote(attachment.name or "file", safe="")
    return Response(
        content,
        media_type=shown or "application/octet-stream",
        headers={
            "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def is_image(media_type: str, content: bytes) -> bool:
    """Whether it is of a kind a browser may show, by name and by its first bytes. SVG is not: it can hold scripts."""
    return content.startswith(_BEGINNINGS.get(media_type, ())) if media_type in _BEGINNINGS else False
