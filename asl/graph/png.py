"""PNG, by resvg (the ``[png]`` extra) with a font of our own, so that text is drawn on a system without any."""

from __future__ import annotations

from pathlib import Path

_FONTS = Path(__file__).with_name("fonts")
#: pixels; a drawing that would be larger is scaled down
LARGEST = 16_000


def render(svg: str, scale: float = 2.0) -> bytes:
    """An SVG document as PNG. Raises ImportError, which names the extra to install, without the library."""
    try:
        import resvg_py
    except ImportError:
        raise ImportError("PNG needs the [png] extra: pip install 'aslkit[png]'") from None
    fonts = [str(path) for path in sorted(_FONTS.glob("*.ttf"))]
    scale = min(scale, LARGEST / max(_size(svg)))
    data = resvg_py.svg_to_bytes(
        svg_string=svg.replace("Arial, Helvetica,", "'aslkit Sans', Arial, Helvetica,", 1),
        zoom=scale,
        font_files=fonts,
        skip_system_fonts=False,
    )
    return bytes(data)


def _size(svg: str) -> tuple[float, float]:
    """Width and height as the document's first tag states them."""
    head = svg[: svg.index(">")]
    width, height = (float(head.partition(f' {name}="')[2].partition('"')[0]) for name in ("width", "height"))
    return width, height
