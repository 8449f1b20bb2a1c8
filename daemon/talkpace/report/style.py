"""The page's style: for phone, desk and paper, light or dark as the reader likes it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .markup import tag
from .palette import DARK, LIGHT, TINT, variables

_FILLS = {
    "easy": "none",
    "conversational": "url(#pattern-conversational)",
    "hard": "url(#pattern-hard)",
    "very-hard": "url(#pattern-very-hard)",
}
"""what lies on a zone's colour"""


def style_sheet() -> Element:
    """The whole of it."""
    zones = "".join(
        f".bar.{zone},.band.{zone}{{fill:var(--{zone})}}.pattern.{zone}{{fill:{fill}}}"
        for zone, fill in _FILLS.items()
    )
    schemes = (
        f":root{{{variables(LIGHT)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"
    )
    return tag("style", f"{schemes}{_RULES}.band{{opacity:{TINT}}}{zones}{_PRINT}")


def drawings() -> Element:
    """Patterns of the zones and marks of what happened, for plots to point to."""
    return tag(
        "svg",
        tag("defs", *_patterns(), *_marks()),
        width="0",
        height="0",
        aria_hidden="true",
        class_="drawings",
    )


def _patterns() -> list[Element]:
    """Nothing, dots, strokes one way, strokes both ways."""
    strokes = {
        "conversational": tag("circle", cx="4", cy="4", r="1"),
        "hard": tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6"),
        "very-hard": tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6 -2L10 2"),
        "gap": tag("path", d="M4 0V8"),
    }
    return [
        tag(
            "pattern",
            stroke,
            id=f"pattern-{name}",
            class_=f"strokes {name}",
            width="8",
            height="8",
            patternUnits="userSpaceOnUse",
        )
        for name, stroke in strokes.items()
    ]


def _marks() -> list[Element]:
    """Told apart by their shape; around the point that they mark."""
    shapes = {
        "warning": "M-5.5 -9H5.5L0 0Z",
        "ectopic": "M-4 -4L4 4M-4 4L4 -4",
        "missed": "M0 -4.5L4.5 4H-4.5Z",
        "extra": "M0 4.5L4.5 -4H-4.5Z",
        "long": "M-4 -4H4V4H-4Z",
        "short": "M0 -5L5 0L0 5L-5 0Z",
    }
    return [tag("path", id=f"mark-{name}", class_=f"mark {name}", d=d) for name, d in shapes.items()]


_RULES = """
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 0}
h2{font-size:1.15rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p,ul{margin:.5rem 0}
ul{padding-left:1.2rem}
header p,.muted,li.muted,figcaption,small,footer{color:var(--muted)}
small{display:block;font-weight:400;font-size:.8rem}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1rem;margin:1rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.2rem,1fr));gap:.75rem 1rem;margin:0}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
dt{color:var(--muted);font-size:.8rem;line-height:1.3}
dd{margin:0;font-size:1.3rem;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
figure{margin:0}
figcaption{font-size:.85rem;margin:.35rem 0}
.plot{padding:24px 8px 30px 38px}
.week .plot{padding-bottom:44px}
.plot>svg{display:block;overflow:visible}
.plot svg svg{overflow:visible}
table{width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .4rem;text-align:left;vertical-align:middle;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:400;font-size:.8rem;vertical-align:bottom}
tbody tr:last-child>*{border-bottom:0}
.number{text-align:right;white-space:nowrap}
th[scope=row]{font-weight:500}
td.bar{width:45%}
.zones td.bar{width:70%}
.zones th,.witnesses tbody th{white-space:nowrap}
td.bar svg{display:block}
tr.this th{font-weight:700}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;
margin:.5rem 0 0;padding:0;font-size:.85rem}
.legend svg{vertical-align:-1px;overflow:visible}
details{margin-top:.5rem;font-size:.9rem}
details>summary{cursor:pointer;color:var(--muted)}
footer{font-size:.85rem}
.drawings{position:absolute}
text{font-size:12px;fill:var(--muted);font-variant-numeric:tabular-nums}
text.label{fill:var(--ink);paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
text.strong{font-weight:600}
.grid{stroke:var(--rule);stroke-width:1}
.trace{fill:none;stroke:var(--ink);stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
.trace.thin{stroke-width:1}
.ceiling{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:6 4}
.warning{stroke:var(--alarm);stroke-width:1.2}
.spell{fill:var(--alarm)}
.mark{fill:none;stroke:var(--alarm);stroke-width:1.8}
.mark.warning{fill:var(--alarm);stroke:none}
.bar.plain{fill:var(--muted)}
rect.bar{stroke:var(--card);stroke-width:1}
.point{fill:var(--easy);fill-opacity:.55}
.spread{fill:var(--muted);opacity:.16}
.witness{stroke-width:2;stroke:var(--ink)}
.witness-2{stroke-dasharray:7 4}
.witness-3{stroke-dasharray:2 4}
.gap{fill:url(#pattern-gap)}
.strokes{fill:none;stroke-width:1.1}
.strokes.gap{stroke:var(--muted);stroke-width:2;stroke-opacity:.35}
.band+.pattern{opacity:.3}
.strokes.conversational circle{fill:var(--pattern-conversational,var(--card));stroke:none}
.strokes.hard{stroke:var(--card)}
.strokes.very-hard{stroke:var(--card)}
@media(max-width:34rem){
body{padding:.6rem}
section{padding:.75rem;margin:.75rem 0;border-radius:8px}
.figures{grid-template-columns:repeat(2,minmax(0,1fr))}
.zones td.bar{width:auto}
.wide{display:none}
table.comparison thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.comparison tr{display:flex;flex-wrap:wrap;border-bottom:1px solid var(--rule);padding:.4rem 0}
table.comparison tr:last-child{border-bottom:0}
table.comparison tr>*{border:0;padding:.1rem 0}
table.comparison tbody th{flex:0 0 46%}
table.comparison td.bar{flex:0 0 54%;padding-top:.35rem}
table.comparison .number{flex:1 1 0;text-align:left}
table.comparison .number::before{content:attr(data-name);display:block;color:var(--muted);font-size:.75rem}
table.diary tbody th,table.diary .says{flex:1 0 100%}
table.diary td:empty{display:none}
.witnesses tbody th{white-space:normal}
table.witnesses thead{display:none}
table.witnesses tr{display:flex;flex-wrap:wrap;border-bottom:1px solid var(--rule);padding:.35rem 0}
table.witnesses tr>*{border:0;padding:.1rem 0}
table.witnesses th{flex:1 1 50%}
table.witnesses .number{padding-left:1rem}
table.witnesses .says{flex:1 0 100%}
}
"""

_PRINT = """
@page{margin:14mm}
@media print{
body{max-width:none;padding:0;font-size:11pt}
section{background:none;border-color:var(--rule);break-inside:avoid}
section.long{break-inside:auto}
figure,tr,dl{break-inside:avoid}
h2,h3{break-after:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""
