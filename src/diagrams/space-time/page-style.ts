/**
 * The style of the page around a diagram, for light and dark screens. The diagram has its own ground and stays light on both.
 */
export const PAGE_STYLE = [
  ':root{color-scheme:light dark;--ground:#f6f8fa;--ink:#1f2328;--line:#d0d7de;--card:#fff;--alarm:#a40e26}',
  '@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--line:#30363d;--card:#161b22;--alarm:#ff7b72}}',
  'body{margin:0 auto;max-width:1600px;padding:16px 24px;background:var(--ground);color:var(--ink);font:14px/1.5 system-ui,sans-serif}',
  'h1{font-size:20px}',
  'h2{font-size:15px;margin:0 0 8px}',
  'section{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:12px 16px;margin:16px 0}',
  '.violation h2{color:var(--alarm)}',
  'ol{margin:0;padding-left:24px}',
  'figure{margin:8px 0;overflow:auto;max-height:85vh}',
  'figure.zooms{overflow:hidden;cursor:grab}',
  'figure.zooms:active{cursor:grabbing}',
  'figure.zooms>svg{display:block;width:100%}',
  '.tools span{opacity:.7;margin-left:8px}',
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums}',
  'th{text-align:left}',
  'td,th{padding:3px 16px 3px 0;vertical-align:top;border-bottom:1px solid var(--line)}',
  'td:first-child{white-space:nowrap}',
  'pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}',
].join('\n');
