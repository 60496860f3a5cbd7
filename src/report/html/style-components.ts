/** Head, cards, marks, decisions, matrix, findings. */
export const componentStyle = `
header.top{padding-top:1.6rem}
.product{margin:0;font-weight:650;letter-spacing:.01em}.product span{color:var(--soft);font-weight:400}
header .facts{margin:.25rem 0 1rem;font-size:.92rem}
.cards{display:grid;gap:.8rem;grid-template-columns:repeat(12,1fr)}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:.8rem 1rem;grid-column:span 2;min-width:0}
.card:nth-child(2),.card:nth-child(3){grid-column:span 3}
.card h2{font-size:.86rem;margin:0;font-weight:600}.card h2 a{color:var(--soft);text-decoration:none}.card h2 a:hover{text-decoration:underline}
.number{font-size:2rem;font-weight:650;line-height:1.15;margin:.1rem 0 .35rem;font-variant-numeric:tabular-nums}
.card .note{margin:0;line-height:1.35}
.bar{display:flex;height:9px;border-radius:5px;overflow:hidden;gap:1px;background:var(--rule)}.bar span{min-width:3px;background:currentColor}
.legend{list-style:none;margin:.5rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem .8rem;font-size:.84rem;color:var(--ink)}
.dot{display:inline-block;min-width:.75em;text-align:center;font-weight:700}.dot:empty{height:.62em;border-radius:50%;background:currentColor;min-width:.62em}
.v-critical{color:var(--critical)}.v-high{color:var(--high)}.v-medium{color:var(--medium)}.v-low{color:var(--low)}.v-info{color:var(--info)}
.s-held{color:var(--held)}.s-open{color:var(--high)}.s-inherited{color:var(--inherited)}.s-claimed{color:var(--claimed)}.s-not-assessed{color:var(--unknown)}.s-orphaned{color:var(--orphaned)}
.sev,.mark,.tally{display:inline-block;border-radius:4px;padding:.05rem .42rem;font-size:.8rem;font-weight:650;white-space:nowrap}
.sev.v-critical,.mark.s-orphaned,.tally.s-orphaned{background:var(--critical-t)}.sev.v-high,.mark.s-open,.tally.s-open{background:var(--high-t)}.sev.v-medium{background:var(--medium-t)}.sev.v-low{background:var(--low-t)}.sev.v-info{background:var(--info-t)}
.mark.s-held,.tally.s-held{background:var(--held-t)}.mark.s-inherited,.tally.s-inherited{background:var(--inherited-t)}.mark.s-claimed,.tally.s-claimed{background:var(--claimed-t)}.mark.s-not-assessed,.tally.s-not-assessed{background:var(--unknown-t)}
.sev.v-critical{box-shadow:inset 0 0 0 1px currentColor}
.mark{min-width:7.6rem}
.tally{margin:0 .25rem .15rem 0;font-variant-numeric:tabular-nums;cursor:default}
.none{color:var(--soft)}
.flag{display:inline-block;font-size:.76rem;font-weight:600;border:1px solid currentColor;border-radius:4px;padding:0 .35rem;color:var(--unknown);white-space:nowrap}
.chip{display:inline-block;background:var(--faint);border-radius:10px;padding:.02rem .55rem;font-size:.84rem;margin:.08rem 0;text-decoration:none}.chip:hover{text-decoration:underline}
.count{color:var(--soft);font-weight:400;font-variant-numeric:tabular-nums}
.decision{background:var(--card);border:1px solid var(--rule);border-left:4px solid var(--orphaned);border-radius:8px;padding:.7rem 1rem;margin:.7rem 0}
.decision .scroll{border:0;border-top:1px solid var(--rule);border-radius:0;margin-top:.5rem}.decision .advice{color:var(--soft);margin:.3rem 0}
.decision.twice{border-left-color:var(--claimed)}
.claim{margin:.1rem 0}
.workload{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:0 1rem;margin:1rem 0}
.workload>summary{padding:.8rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:baseline}.workload>summary::before,.rule>summary::before{content:"▸";color:var(--soft);width:.8em;transition:transform .12s}
.workload[open]>summary::before,.rule[open]>summary::before{transform:rotate(90deg)}
.workload>summary h3{font-size:1.2rem}.workload[open]{padding-bottom:1rem}
.workload>h4:first-of-type{margin-top:.2rem}
figure{margin:0 0 1rem}figure h4{margin-top:.2rem}figcaption{color:var(--soft);font-size:.86rem;margin-top:.4rem;max-width:75ch}
.overview th{font-weight:600}
.matrix th small{display:block;font-weight:400;color:var(--soft);font-size:.76rem;white-space:normal;max-width:16rem}
.matrix tbody tr:first-child th{white-space:nowrap}.matrix tbody tr:first-child>*{border-bottom:0;padding-bottom:.15rem}
.matrix td{min-width:6rem}.own-column{background:var(--own)}
.controls-row>td{padding:0 .6rem .4rem}.layer>summary{font-size:.86rem;color:var(--link);padding:.1rem 0;display:inline-block}
.layer>summary::before{content:"▸ ";color:var(--soft)}.layer[open]>summary::before{content:"▾ "}.layer[open]>summary{margin-bottom:.3rem}
.cells-head{margin:.7rem 0 .1rem;font-size:.88rem}.cells-head .note{margin-left:.4rem}
.cells{list-style:none;margin:.1rem 0 .6rem;padding:0 0 0 .6rem;border-left:2px solid var(--rule);font-size:.9rem}.cells>li{padding:.12rem 0;break-inside:avoid}.cells.short{columns:2 26rem;column-gap:1.6rem}.cells small{color:var(--soft);font-size:.82rem}.cells ul{padding-left:.8rem}
.cells>li:target,.cells>li:focus,.entry:target,.entry:focus{background:linear-gradient(90deg,var(--own),transparent)}
.workload>summary::-webkit-details-marker,.rule>summary::-webkit-details-marker{display:none}.workload>summary,.rule>summary{list-style:none}
.rule>summary:hover{background:var(--faint)}
.entry{background:var(--card);border:1px solid var(--rule);border-radius:6px;margin:.4rem 0;padding:.5rem .9rem}.entry h4{margin:0}.entry h4 code{font-weight:400;color:var(--soft)}.entry p{margin:.2rem 0;max-width:95ch}#controls h3{margin:1.2rem 0 .4rem}.sources{columns:2 26rem;column-gap:1.6rem;padding-left:2rem}.key{max-width:110ch}
.claims th[scope=row]{width:28%;font-weight:500}.claims td:last-child{width:4rem}.evidence{font-size:.88rem}
.frameworks,.refs,.glossary{margin:.3rem 0;font-size:.88rem}.frameworks div,.refs div{display:flex;flex-wrap:wrap;gap:0 .6rem;padding:.08rem 0}.frameworks dt{min-width:13rem}.refs dt{min-width:5rem;color:var(--soft)}dd{margin:0;min-width:0}
.frameworks dd{flex:1 1 16rem}
.glossary div{display:grid;grid-template-columns:10rem minmax(0,1fr);gap:.8rem;padding:.2rem 0}
.resources{margin-top:1rem}.resources .scroll{margin-top:.5rem}
.filters{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:.8rem 1rem}.filters[hidden]{display:none}
.filters fieldset{border:0;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.3rem .9rem;flex-basis:100%}.filters legend{font-size:.82rem;color:var(--soft);padding:0 0 .2rem}
.filters label{font-size:.82rem;color:var(--soft);display:grid;gap:.15rem;min-width:0}.filters .pick{display:flex;gap:.35rem;align-items:center;font-size:.9rem;font-weight:600;color:inherit}.filters .pick.v-critical{color:var(--critical)}.filters .pick.v-high{color:var(--high)}.filters .pick.v-medium{color:var(--medium)}.filters .pick.v-low{color:var(--low)}
.filters select,.filters input[type=search],button{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--rule);border-radius:6px;padding:.35rem .6rem;max-width:100%}
.filters select{width:100%}.filters .search{flex:1 1 14rem}.filters input[type=search]{width:100%}button{cursor:pointer}button:hover{background:var(--faint)}
.shown{color:var(--soft);font-size:.9rem}
.rule{background:var(--card);border:1px solid var(--rule);border-left:4px solid var(--info);border-radius:8px;margin:.55rem 0;content-visibility:auto;contain-intrinsic-size:auto 3.2rem}.rule[hidden]{display:none}
.v-critical-edge{border-left-color:var(--critical)!important}.v-high-edge{border-left-color:var(--high)!important}.v-medium-edge{border-left-color:var(--medium)!important}.v-low-edge{border-left-color:var(--low)!important}
.rule>summary{padding:.6rem .9rem;display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:baseline;border-radius:8px}.rule>summary h3{flex:1 1 20rem}.rule .facts{font-size:.88rem}.rule .sev{min-width:4.7rem;text-align:center}
.rule-body{padding:0 1rem 1rem}.rule-notes{max-width:85ch;padding-bottom:.4rem}.why{margin-top:.2rem}.fix{border-left:3px solid var(--held);padding-left:.7rem}.other{font-size:.9rem;margin:.3rem 0}.other>summary{color:var(--link)}
.finding{border-top:1px solid var(--rule);padding:.7rem 0 .5rem}.finding h4{margin:0;font-weight:600;font-size:.92rem}.finding .place{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}.finding .resource{color:var(--soft);font-weight:500;margin-left:.4rem}.finding .type{font-weight:400}
.finding:focus,.finding:target{background:linear-gradient(90deg,var(--own),transparent)}
.excerpt{background:var(--faint);border-radius:6px;padding:.5rem 0;margin:.5rem 0;overflow-x:auto;line-height:1.45}.excerpt code{background:none;font-size:1em;padding:0;display:block;min-width:max-content}.excerpt code>*{display:block;padding:0 .8rem;white-space:pre}.excerpt mark{background:var(--medium-t);color:inherit;box-shadow:inset 3px 0 0 var(--medium)}.ln{color:var(--soft);user-select:none}
.readings{font-size:.86rem;overflow-wrap:anywhere}.readings td:last-child{min-width:7rem}.readings th,.readings td{padding:.22rem .6rem .22rem 0}.readings thead th{border-bottom:0}.in-workloads{font-size:.86rem;color:var(--soft)}
.chain{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;padding:0;margin:.6rem 0}.chain li{display:flex;align-items:center;gap:.4rem}.chain .via{color:var(--soft);font-size:.8rem}.chain .via::after{content:" →"}.chain .step{border:1px solid var(--rule);border-radius:6px;padding:.2rem .6rem;background:var(--page)}.chain small{display:block;color:var(--soft);font-size:.76rem}
@media (max-width:62rem){.cards{grid-template-columns:repeat(6,1fr)}.card,.card:nth-child(2),.card:nth-child(3){grid-column:span 3}.card:nth-child(1){grid-column:span 6}}
@media (max-width:38rem){header.top,main,footer{padding-left:.8rem;padding-right:.8rem}.card,.card:nth-child(n){grid-column:span 6}.number{font-size:1.6rem}.workload{padding:0 .7rem}.frameworks dt{min-width:100%}.glossary div{grid-template-columns:1fr;gap:.1rem}.rule-body{padding:0 .7rem .8rem}.filters label{flex:1 1 8rem}.filters .pick{flex:none}}
@media (max-width:38rem){.readings{table-layout:fixed}.readings td:last-child{min-width:0}.decisions thead,.claims thead{display:none}.decisions tr,.claims tr{display:block;border-bottom:1px solid var(--rule);padding:.4rem 0}.claims tbody th,.claims tbody td,.decisions th,.decisions td{display:block;width:auto!important;border:0;padding:.1rem 0}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`;
