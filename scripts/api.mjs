/**
 * `npm run api`: writes the API reference, docs/api/README.md, from the doc comments of the public names.
 * An argument names another folder. The same source gives the same bytes: no dates, no addresses, no paths of a machine.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Application } from 'typedoc';
import { projectRoot } from './setup/context.mjs';

const intro = `# API reference

Made from the doc comments by \`npm run api\`; edits belong in \`src/\`. The [README](../../README.md) tells how the names
work together. "Shapes" are in TensorFlow's order, \`[n, height, width, channels]\`; \`LittleDataError\` is what every
function throws for bad input, with what was expected, where, what was found and what to do.
`;

/** Writes the reference into `out` (default docs/api). */
export async function writeApi(out = path.join(projectRoot, 'docs', 'api')) {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [path.join(projectRoot, 'src', 'index.ts')],
    tsconfig: path.join(projectRoot, 'tsconfig.build.json'),
    plugin: ['typedoc-plugin-markdown'],
    out,
    router: 'module',
    readme: 'none',
    name: 'little-data',
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    githubPages: false,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hidePageTitle: true,
    useCodeBlocks: true,
    // A column that has something in a few rows alone.
    tableColumnSettings: { hideInherited: true, hideOverrides: true, hideDefaults: true },
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeDeclarationFormat: 'list',
    propertyMembersFormat: 'table',
    validation: { notExported: true, invalidLink: true, rewrittenLink: true },
    treatValidationWarningsAsErrors: true,
    logLevel: 'Warn',
  });
  const project = await app.convert();
  if (!project) throw new Error('The source could not be read: `npm run types` tells why.');
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('The doc comments have the faults named above. Correct them in src/.');
  await app.generateOutputs(project);
  const file = path.join(out, 'README.md');
  const text = fs.readFileSync(file, 'utf8').replaceAll(/\n{3,}/g, '\n\n');
  fs.writeFileSync(file, `${intro}\n${text.trim()}\n`);
  return file;
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  try {
    console.log(`Wrote ${path.relative(process.cwd(), await writeApi(process.argv[2]))}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
