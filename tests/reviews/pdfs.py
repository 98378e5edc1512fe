"""PDF files for tests, written out so that nothing else is needed to make them."""

# Any password but the empty one: its check values are simply wrong.
_LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
    b"41" * 32,
    b"42" * 32,
)


def create_pdf(
    *, pages: int = 1, text: str = "Full text", encrypted: bool = False
) -> bytes:
    """Write a small PDF; every page says the text."""
    drawn = f"BT /F1 24 Tf 60 700 Td ({text}) Tj ET".encode("latin-1")
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    objects += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>"
    ] * pages
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    locked = b" /Encrypt %s /ID [<00> <00>]" % _LOCK if encrypted else b""
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%s"
        b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, locked, len(body))
    )
