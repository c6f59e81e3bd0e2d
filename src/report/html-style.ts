/** The page's one style sheet. It stands in the page, and the page's policy allows it by digest. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1f2328;--quiet:#59636e;--line:#d1d9e0;--card:#f6f8fa;
--approve:#1a7f37;--flag:#9a6700;--reject:#cf222e;--note:#0969da;--settled:#59636e;
--code:#0969da;--data:#8250df;--custom:#bc4c00;--other:#8c959f}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--quiet:#9198a1;--line:#30363d;--card:#151b23;
--approve:#3fb950;--flag:#d29922;--reject:#f85149;--note:#58a6ff;--settled:#9198a1;
--code:#58a6ff;--data:#bc8cff;--custom:#f0883e;--other:#6e7681}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header{border-left:.4rem solid var(--tone);padding:.25rem 0 .25rem 1rem;margin-bottom:2rem}
h1{font-size:1.6rem;line-height:1.25;margin:0}h1 .outcome{color:var(--tone)}
header p{margin:.35rem 0 0;color:var(--quiet);font-size:1.05rem}
h2{font-size:1.1rem;margin:2rem 0 .75rem}h3{font-size:1rem;margin:0}
h3 .name{font-weight:400;color:var(--quiet);margin-left:.35rem}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;unicode-bidi:isolate}
code{background:var(--card);border-radius:.3em;padding:.1em .35em}
.approve{--tone:var(--approve)}.flag{--tone:var(--flag)}.reject{--tone:var(--reject)}
.note{--tone:var(--note)}.settled{--tone:var(--settled)}
article{border:1px solid var(--line);border-left:.25rem solid var(--tone);border-radius:.4rem;padding:.8rem 1rem;margin:.75rem 0}
article p{margin:.35rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.6rem 0 0}
dt{color:var(--quiet)}dd{margin:0;min-width:0}dd ul{margin:0;padding:0;list-style:none}
pre{background:var(--card);border-radius:.4rem;padding:.6rem .8rem;margin:.4rem 0 0;overflow-x:auto;overflow-wrap:normal}
ins{text-decoration:none;color:var(--approve)}del{text-decoration:none;color:var(--reject)}
details{border:1px solid var(--line);border-radius:.4rem;margin:.75rem 0;padding:0 1rem}
article details{border:0;padding:0;margin:.6rem 0 0;color:var(--quiet)}article summary{padding:0;font-weight:400}
summary{cursor:pointer;padding:.6rem 0;font-weight:600}details[open]{padding-bottom:1rem}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line)}
th{font-weight:400;color:var(--quiet);white-space:nowrap;width:1%}td.number{text-align:right;white-space:nowrap;width:1%}
table.sizes{max-width:30rem;margin-bottom:1.5rem}
svg{display:block;width:100%;height:1.5rem;border-radius:.3rem;margin:.5rem 0 1rem}
rect.code,i.code{fill:var(--code);background:var(--code)}rect.data,i.data{fill:var(--data);background:var(--data)}
rect.custom,i.custom{fill:var(--custom);background:var(--custom)}rect.other,i.other{fill:var(--other);background:var(--other)}
i{display:inline-block;width:.7em;height:.7em;border-radius:.15em;margin-right:.5em}
footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.86rem}
`;
