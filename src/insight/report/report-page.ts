/** A report as one HTML file that needs nothing else. */
import { escapeHtml } from '../../notebook/escape-html';

/** A part of a report. */
export interface ReportSection {
  title: string;
  /** What stands below the title; names within it are escaped already. */
  html: string;
}

/** No script, and no request: pictures stand in the file. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Charts have black words: they keep a white ground on a dark page. */
const styles = `
:root { color-scheme: light dark; --text: #1d1f21; --ground: #ffffff; --line: #80868b; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --ground: #17191c; --line: #8a9097; } }
body { margin: 0 auto; padding: 1rem; max-width: 56rem; background: var(--ground); color: var(--text); font: 1rem / 1.5 system-ui, sans-serif; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; overflow-wrap: anywhere; }
.chart { padding: 0.5rem; background: #ffffff; overflow-x: auto; }
.chart svg { max-width: 100%; height: auto; }
img { display: block; }
`;

/** The text of the file. */
export function reportPage(
  title: string,
  { lines, sections }: { lines: readonly string[]; sections: readonly ReportSection[] },
): string {
  const parts = sections.map(
    ({ title: own, html }) => `<section>\n<h2>${escapeHtml(own)}</h2>\n${html}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${lines.map(paragraph).join('\n')}
${parts.join('\n')}
</body>
</html>
`;
}

/** A text of names and numbers as a paragraph. */
export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}
