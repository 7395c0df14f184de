/** How pages look: light and dark, wide and narrow, on paper, in the colours someone needs. */

/** The style sheet of every page. */
export const pageStyle: string = `
:root{--relprop-ink:#1f2328;--relprop-faint:#59636e;--relprop-line:#d1d9e0;--relprop-paper:#fff;
--relprop-for:#cd3a3a;--relprop-against:#3a5fcd;--card:#f6f8fa;--mark:#fff8c5}
@media (prefers-color-scheme:dark){:root{--relprop-ink:#e6edf3;--relprop-faint:#9198a1;--relprop-line:#3d444d;
--relprop-paper:#0d1117;--relprop-for:#f0645c;--relprop-against:#6d9bf5;--card:#151b23;--mark:#3a2f0b}}
*{box-sizing:border-box}
body{margin:0;background:var(--relprop-paper);color:var(--relprop-ink);
font:16px/1.5 system-ui,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.6rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
header p{margin:.25rem 0 0;color:var(--relprop-faint);overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:0 0 .5rem}
section{margin-top:1.75rem}
summary{cursor:pointer}
summary h2{display:inline}
summary:focus-visible,.wide:focus-visible{outline:2px solid var(--relprop-against);outline-offset:3px}
details>:nth-child(2){margin-top:.75rem}
p{margin:.5rem 0;max-width:46rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));gap:1rem}
.figures figure{max-width:24rem}
.small{grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.75rem}
figure{margin:0}
figcaption{overflow-wrap:anywhere}
.figures img{display:block;width:100%;height:auto;border:1px solid var(--relprop-line);background:#fff}
img.sharp{image-rendering:pixelated}
figcaption{margin-top:.35rem;color:var(--relprop-faint);font-size:.875rem}
figure.drawing{margin-top:.75rem}
.drawing svg{display:block;max-width:100%;height:auto}
.notes{margin:.5rem 0;padding:.6rem .9rem .6rem 1.9rem;background:var(--mark);border-left:4px solid #d4a72c}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--relprop-faint);font-size:.875rem;padding-bottom:.35rem}
.bars{width:100%;max-width:46rem}
.bars th{text-align:left;font-weight:400;padding:.15rem .75rem .15rem 0;overflow-wrap:anywhere;width:32%}
.bars td{text-align:right;padding:.15rem .75rem .15rem 0;white-space:nowrap;width:1%}
.bars .bar{position:relative;width:auto;padding:0;min-width:5rem;height:1.5rem}
.bars .bar i{position:absolute;top:.3rem;bottom:.3rem;min-width:1px;print-color-adjust:exact;
-webkit-print-color-adjust:exact}
.signed .bar{background:linear-gradient(var(--relprop-faint),var(--relprop-faint)) 50% 0/1px 100% no-repeat}
.for{background:var(--relprop-for)}
.against{background:var(--relprop-against)}
.marked th{font-weight:600}
.marked b{font-size:.75rem;font-weight:600;padding:.05rem .4rem;border:1px solid currentColor;border-radius:1rem;
margin-left:.4rem;white-space:nowrap}
figure span{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.wide{overflow-x:auto}
.data{font-size:.875rem}
.data th,.data td{text-align:left;padding:.2rem .9rem .2rem 0;border-bottom:1px solid var(--relprop-line);
white-space:nowrap}
.data .number{text-align:right}
.legend{max-width:20rem;margin:.75rem 0}
.legend div{height:.8rem;border:1px solid var(--relprop-line);print-color-adjust:exact;
-webkit-print-color-adjust:exact}
.legend p{position:relative;height:1.2rem;margin:0;font-size:.8rem;color:var(--relprop-faint)}
.legend span{position:absolute;white-space:nowrap}
footer{max-width:62rem;margin:0 auto;padding:1rem;color:var(--relprop-faint);font-size:.8rem}
@media (forced-colors:active){.bar i{forced-color-adjust:none;border:1px solid CanvasText}
.against{background:repeating-linear-gradient(45deg,CanvasText 0 2px,Canvas 2px 5px)}
.for{background:CanvasText}.legend div,.figures img,.drawing svg{forced-color-adjust:none}
.drawing svg{background:#fff;--relprop-ink:#1f2328;--relprop-faint:#59636e}.notes{border:1px solid CanvasText}}
@media print{main{max-width:none;padding:0}section{break-inside:avoid}
details:not([open])>:not(summary){display:block}details::details-content{content-visibility:visible;height:auto}
.figures{grid-template-columns:repeat(3,1fr)}}
`;
