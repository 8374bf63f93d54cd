/** The small table of a scan below the cell. */
import { displayBundle } from '../../notebook/display';
import { escapeHtml } from '../../notebook/escape-html';
import { shownPath } from '../../paths';
import { layoutWords, mostClasses, mostLeftOut, type ScanReport } from './scan-report';

/** Shows the report: a table with one row per class, then what is left out, notes and warnings. */
export function showScan(report: ScanReport): void {
  displayBundle({ 'text/html': scanHtml(report), 'text/plain': report.toString() });
}

/** The report as HTML, its parts escaped: file names are anybody's. */
export function scanHtml(report: ScanReport): string {
  const { classes, leftOut, warnings, dir } = report;
  const rows = classes
    .slice(0, mostClasses)
    .map(({ className, found, usable, fraction, leftOut: reasons }) => {
      const why = Object.entries(reasons)
        .map(([reason, n]) => `${n} ${reason}`)
        .join('; ');
      return row([className || '(no class)', found, usable, `${(fraction * 100).toFixed(1)}%`, why]);
    });
  if (classes.length > mostClasses)
    rows.push(row([`... and ${classes.length - mostClasses} more`, '', '', '', '']));
  const lines = [
    ...leftOut.slice(0, mostLeftOut).map(({ filename, reason }) => `Left out: ${filename} (${reason})`),
    ...(leftOut.length > mostLeftOut ? [`Left out: ${leftOut.length - mostLeftOut} more`] : []),
    ...report.noteLines(),
  ];
  return [
    `<p>${escapeHtml(shownPath(dir))}: ${escapeHtml(layoutWords(report))}</p>`,
    `<table><thead>${row(['class', 'found', 'usable', 'fraction', 'left out'], 'th')}</thead><tbody>${rows.join('')}</tbody></table>`,
    ...warnings.map((warning) => `<p><strong>Warning:</strong> ${escapeHtml(warning)}</p>`),
    lines.length > 0 ? `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>` : '',
  ].join('\n');
}

function row(cells: readonly (string | number)[], tag = 'td'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(String(cell))}</${tag}>`).join('')}</tr>`;
}
