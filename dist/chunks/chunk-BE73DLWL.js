import{ARROW,SEVERITIES,artifactName,createHash,fixLines,fixTarget,headline,headlineParts,isPlural,pathPieces,placeParts,remarksOf,sectionShares,severityTitle,showCount,showPiece,showShare,showSize,summaryRows,visible}from"./chunk-ZC5J4LBJ.js";var REFERENCES={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"};function htmlText(text,length){return visible(text,length).replace(/[&<>"']/g,character=>REFERENCES[character]??character)}function htmlCode(text,length){return`<code>${htmlText(text,length)}</code>`}var STYLE=`
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
`;var STYLE_DIGEST=createHash("sha256").update(STYLE).digest("base64"),CONTENT_POLICY=`default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'`;function renderHtml(assessment){let[outcome,subject,size,uses]=headlineParts(assessment),remarks=remarksOf(assessment),tone=assessment.verdict?.decision.outcome??"note";return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${htmlText(headline(assessment))}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${tone}">
<h1><span class="outcome">${htmlText(outcome)}</span> \xB7 ${htmlText(subject)}</h1>
<p>${htmlText(size)} \xB7 ${htmlText(uses,600)}</p>
</header>
<main>
${SEVERITIES.map(severity=>severitySection(assessment,severity,remarks)).join("")}
${moduleSection(assessment)}
</main>
<footer>${footer(assessment)}</footer>
</body>
</html>
`}function severitySection(assessment,severity,all){let remarks=all.filter(remark=>remark.severity===severity);if(remarks.length===0)return"";let articles=remarks.map(remark=>remarkArticle(assessment,remark)).join(`
`);return severity==="note"||severity==="settled"?`<details><summary>${severity==="note"?showCount(remarks.length,"note"):`${remarks.length} settled before`}</summary>
${articles}
</details>
`:`<section>
<h2>${severityTitle(severity,assessment.verdict!==void 0)}</h2>
${articles}
</section>
`}function remarkArticle(assessment,remark){let name=remark.descriptor===void 0?"":`<span class="name">${htmlText(remark.descriptor.name)}</span>`,fields=[field("where",places(assessment,remark))];if(remark.settled===void 0)fields.push(field("do",htmlText(remark.action,1e3)));else{let{by,who,reason}=remark.settled;fields.push(field(by,`${htmlText(who,100)}: ${htmlText(reason,1e3)}`))}if(remark.fix!==void 0){let lines=fixLines(remark.fix).map(fixLine).join(`
`),target=fixTarget(remark.fix);fields.push(field("fix",`${htmlText(remark.fix.description,500)} (${target})<pre>${lines}</pre>`))}return remark.policyLine!==void 0&&fields.push(field("policy",htmlCode(remark.policyLine,400))),`<article class="${remark.severity}">
<h3>${htmlText(remark.rule)}${name}</h3>
<p>${htmlText(remark.message,2e3)}</p>
<dl>${fields.join("")}</dl>${help(remark)}
</article>`}function help({descriptor}){return descriptor===void 0||descriptor.help===""?"":`
<details><summary>Why this rule</summary>
<p>${htmlText(descriptor.help,3e3)}</p>
</details>`}function field(label,html){return html===""?"":`<dt>${label}</dt><dd>${html}</dd>`}function fixLine({sign,text}){let line=`${sign} ${htmlText(text,2e3)}`;return sign==="+"?`<ins>${line}</ins>`:sign==="-"?`<del>${line}</del>`:line}function places(assessment,remark){let several=isPlural(assessment),items=remark.places.flatMap(({artifact,locations})=>{let name=several?artifactName(assessment,artifact):void 0,prefix=name===void 0?"":`${htmlCode(name,120)}: `,texts=locations.map(location=>placeParts(location).map(part=>part.name===void 0?part.label:`${part.label} ${htmlCode(part.name,200)}`).join(", ")+pathLine(location)).filter(text=>text!=="");return texts.length===0&&prefix!==""?[`${prefix}the whole file`]:texts.map(text=>prefix+text)});return items.length===0?"":`<ul>${items.map(item=>`<li>${item}</li>`).join("")}</ul>`}function pathLine(location){let pieces=pathPieces(location);return pieces===void 0?"":`<br>via ${pieces.map(piece=>showPiece(piece,name=>htmlCode(name,200),htmlText)).join(ARROW)}`}function moduleSection({reports}){if(reports.length===0)return"";let open=reports.length===1?" open":"";return`<section>
<h2>What is inside</h2>
${reports.map(report=>moduleDetails(report,open)).join(`
`)}
</section>`}function moduleDetails(report,open){let rows=summaryRows(report).map(row=>{let names=row.names.map(name=>htmlCode(name,80)).join(" ");return`<tr><th scope="row">${row.label}</th><td>${[names,htmlText(row.text)].filter(part=>part!=="").join(" ")}</td></tr>`});return`<details${open}><summary>${htmlText(report.subject.name,200)}</summary>
${sizePicture(sectionShares(report.facts),report.facts.size)}
<table>${rows.join("")}</table>
</details>`}function sizePicture(shares,whole){let x=0,rects=shares.map(share=>{let width=whole===0?0:share.size/whole*1e3,title=`${htmlText(share.name,80)}: ${showSize(share.size)}, ${showShare(share.size,whole)}`,rect=`<rect class="${share.kind}" x="${x.toFixed(2)}" y="0" width="${Math.max(.5,width-1.5).toFixed(2)}" height="24"><title>${title}</title></rect>`;return x+=width,rect}),rows=shares.map(share=>{let name=share.kind==="custom"?`custom ${htmlCode(share.name,80)}`:htmlText(share.name,80);return`<tr><td><i class="${share.kind}"></i>${name}</td><td class="number">${showSize(share.size)}</td><td class="number">${showShare(share.size,whole)}</td></tr>`});return`<svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label="Share of each section in the file">${rects.join("")}</svg>
<table class="sizes">${rows.join("")}</table>`}function footer({reports,verdict}){if(verdict===void 0){let[report]=reports;return report===void 0?"":`assay ${htmlText(report.engine.assay)} \xB7 rules ${htmlText(report.rulesEdition)}`}let{decision}=verdict;return[`verdict ${htmlCode(verdict.digest)}`,`policy ${htmlCode(decision.policy)}`,`rules ${htmlText(decision.rulesEdition)}`,`assay ${htmlText(verdict.engine.assay)}`,...decision.assumptions.map(text=>`assumed: ${htmlText(text)}`)].join(" \xB7 ")}export{htmlText,renderHtml};
