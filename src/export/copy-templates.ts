/** The files that exported folders begin with: real files below `templates/`, with a few places to fill in. */
import fs from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../paths';

/** Copies the files of `templates/<name>` into `folder`; `{{key}}` in them becomes what `values` has for it. */
export function copyTemplates(name: string, folder: string, values: Record<string, string>): void {
  const from = path.join(projectRoot, 'src', 'export', 'templates', name);
  for (const file of fs.readdirSync(from)) {
    const text = fs.readFileSync(path.join(from, file), 'utf8');
    const filled = text.replace(/\{\{(\w+)\}\}/g, (place, key: string) => values[key] ?? place);
    fs.writeFileSync(path.join(folder, file), filled);
  }
}
