/** What a timeline adds to the style of the report. */
export const timelineStyle = `
.d-allow{color:var(--held)}.d-deny{color:var(--high)}.d-redact{color:var(--medium)}.d-ask{color:var(--claimed)}
.mark.d-allow{background:var(--held-t)}.mark.d-deny{background:var(--high-t)}.mark.d-redact{background:var(--medium-t)}.mark.d-ask{background:var(--claimed-t)}.mark{min-width:0}
.card.wide:nth-child(n){grid-column:span 3}.card .number.words{font-size:1.35rem;line-height:1.5}
.lanes svg{min-width:56rem;max-width:none;width:100%}
.lane>rect{fill:var(--faint)}.lane .role{font-size:9.5px;letter-spacing:.05em;font-weight:600;fill:var(--soft)}.lane .name{font-size:12.5px;font-weight:600}.lane>line{stroke:var(--rule)}
.tick line{stroke:var(--rule);stroke-dasharray:3 4}.tick text{font-size:11px;fill:var(--soft);text-anchor:middle}
.at{cursor:pointer}.at .body{fill:var(--info-t);stroke:var(--info)}.at .sign{font-size:11px;font-weight:700;text-anchor:middle;fill:var(--info)}.at .label{font-size:11px;fill:var(--ink)}
.at.r-agent .body{fill:var(--own);stroke:var(--own-line)}.at.r-agent .sign{fill:var(--link)}
.at.r-model .body{fill:var(--claimed-t);stroke:var(--claimed)}.at.r-model .sign{fill:var(--claimed)}
.at.d-allow .body{fill:var(--held-t);stroke:var(--held)}.at.d-allow .sign{fill:var(--held)}
.at.d-deny .body{fill:var(--high-t);stroke:var(--high);stroke-width:2}.at.d-deny .sign,.at.d-deny .label{fill:var(--high);font-weight:700}
.at.d-redact .body{fill:var(--medium-t);stroke:var(--medium)}.at.d-redact .sign{fill:var(--medium)}
.at.d-ask .body{fill:var(--claimed-t);stroke:var(--claimed)}.at.d-ask .sign{fill:var(--claimed)}
a.at:hover .body{stroke-width:2.5}a.at:focus-visible{outline:none}a.at:focus-visible .body{stroke:var(--focus);stroke-width:3.5}
.lane-key span{font-weight:600;white-space:nowrap;margin-right:.5rem}
.warning{background:var(--high-t);border:1px solid var(--high);border-radius:8px;padding:.6rem 1rem;margin:1rem 0}
.tall{max-height:34rem;overflow:auto}.tall thead th{position:sticky;top:0;background:var(--card);z-index:1}.calls td,.calls th{font-size:.88rem}.calls .who{font-weight:600}
.event{background:var(--card);border:1px solid var(--rule);border-left:4px solid var(--rule);border-radius:6px;margin:.3rem 0;content-visibility:auto;contain-intrinsic-size:auto 2.4rem}.event[hidden]{display:none}
.event.e-deny{border-left-color:var(--high)}.event.e-ask{border-left-color:var(--claimed)}.event.e-redact{border-left-color:var(--medium)}.event.e-allow{border-left-color:var(--held)}
.event>summary{display:flex;flex-wrap:wrap;gap:.1rem .7rem;align-items:baseline;padding:.38rem .8rem;list-style:none;border-radius:6px}.event>summary::-webkit-details-marker{display:none}.event>summary:hover{background:var(--faint)}
.event .offset,.event .place{color:var(--soft);font-variant-numeric:tabular-nums;font-size:.86rem;white-space:nowrap}.event .offset{min-width:6.2rem;text-align:right}.event .place{min-width:3.6rem}
.event .said{flex:1 1 16rem;min-width:0}.event .said b{font-weight:600}.event .why{color:var(--soft);font-size:.88rem;margin:0}
.event .sealed{color:var(--unknown);font-size:.84rem}.event:target,.event:focus-within{border-color:var(--own-line)}.event.child>summary{padding-left:2rem}
.event-body{padding:.2rem .9rem .8rem;border-top:1px solid var(--rule)}.event-body h3{font-size:.9rem;margin:.8rem 0 .3rem}
.pairs{margin:.4rem 0;font-size:.9rem;columns:2 26rem;column-gap:1.6rem}.pairs div{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.8rem;padding:.08rem 0;break-inside:avoid}.pairs.one{columns:auto}.pairs dt{color:var(--soft)}
.event pre{background:var(--faint);border-radius:6px;padding:.6rem .8rem;margin:.3rem 0;overflow:auto;max-height:26rem;white-space:pre-wrap;overflow-wrap:anywhere}
.event pre.receipt{white-space:pre;overflow-wrap:normal;font-size:.78em}
.on-paper{display:none}.buttons{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}.buttons[hidden]{display:none}
.filters .pick.d-allow{color:var(--held)}.filters .pick.d-deny{color:var(--high)}.filters .pick.d-redact{color:var(--medium)}.filters .pick.d-ask{color:var(--claimed)}
@media (max-width:38rem){.pairs div{grid-template-columns:7rem minmax(0,1fr);gap:.5rem}.event .offset{min-width:0;text-align:left}.event .said{flex-basis:100%}.event.child>summary{padding-left:1rem}.card{padding:.6rem .7rem}.calls thead{display:none}.calls tr{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,2fr);border-bottom:1px solid var(--rule);padding:.4rem 0}.calls td{border:0;padding:.1rem .6rem}.calls td:nth-child(3),.calls td:nth-child(4){grid-column:span 2}}
@media print{.event{border:0;border-top:1px solid var(--rule);border-left:3px solid var(--rule);border-radius:0;margin:0;content-visibility:visible;break-inside:auto}.event>summary{padding:.2rem .5rem;break-after:avoid}.event pre{max-height:none;overflow:visible;font-size:7.5pt}.event pre.receipt{display:none}.tall{max-height:none}.on-paper{display:block!important}.buttons{display:none!important}.event-body{padding:.1rem .5rem .4rem}.pairs{break-inside:avoid}.pairs div{grid-template-columns:5rem minmax(0,1fr)}.lanes svg{width:100%}}
`;
