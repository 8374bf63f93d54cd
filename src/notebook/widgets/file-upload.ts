/** Files from the person's computer. */
import { checkKeys } from '../../check';
import { escapeHtml } from '../escape-html';
import { Widget } from './widget';
import { reference } from './widget-model';

/** A file that came from the front end. */
export interface UploadedFile {
  /** Its name, without a folder. */
  name: string;
  /** Its bytes. */
  bytes: Uint8Array;
}

/** The options of `fileUpload`. */
export interface FileUploadOptions {
  /** The kinds that the dialogue offers: MIME types or endings, with commas. @default 'image/*' */
  accept?: string;
  /** Whether several files can be chosen at once. @default false */
  multiple?: boolean;
}

/**
 * A button for files of the person's computer, and a place to drop them on. They are handed over in memory; nothing is
 * written.
 *
 * @param label what stands on the button.
 * @param options `accept` ('image/*'), `multiple` (false).
 * @returns the control; `.value` is a list of `{ name, bytes }`.
 * @example
 * ```ts
 * import { fileUpload } from 'little-data';
 * const upload = fileUpload('a photo');
 * upload.onChange(([file]) => console.log(file?.name, file?.bytes.length));
 * upload.show();
 * ```
 */
export function fileUpload(label: string, options: FileUploadOptions = {}): Widget<readonly UploadedFile[]> {
  checkKeys('fileUpload', options, ['accept', 'multiple']);
  const { accept = 'image/*', multiple = false } = options;
  const button = uploadButton(label, { accept, multiple });
  const children = [button, dropZone()];
  const both = new Widget<readonly UploadedFile[]>(
    {
      ...{ name: 'VBoxModel', view: 'VBoxView', children },
      state: { children: children.map(({ model }) => reference(model)), box_style: '' },
      read: () => button.value,
      write(given) {
        if (given !== button.value) button.value = given;
        return {};
      },
    },
    button.value,
  );
  button.onChange((files) => {
    both.value = files;
  });
  return both;
}

function uploadButton(
  label: string,
  { accept, multiple }: Required<FileUploadOptions>,
): Widget<readonly UploadedFile[]> {
  let known: unknown;
  let files: readonly UploadedFile[] = [];
  return new Widget<readonly UploadedFile[]>(
    {
      ...{ name: 'FileUploadModel', view: 'FileUploadView', style: 'ButtonStyle', label },
      layout: { width: 'auto' },
      state: { accept, multiple, icon: 'upload', button_style: '', error: '' },
      read({ value }) {
        if (value === known) return files;
        known = value;
        const given = value as { name: string; content: Uint8Array }[];
        // Several may be dropped where one was asked for.
        files = given
          .slice(0, multiple ? given.length : 1)
          .map(({ name, content }) => ({ name, bytes: new Uint8Array(content) }));
        return files;
      },
      write: (given) => ({ value: given.map(({ name, bytes }) => ({ name, content: bytes })) }),
      text: (given) => given.map(({ name }) => name).join(', ') || '(no file)',
    },
    [],
  );
}

/**
 * Jupyter's button takes no drops, and its file input lies outside the page: a click on the button is what reaches it. So a
 * drop clicks the button, and the input gets the dropped files in place of a dialogue.
 */
const dropped = [
  'event.preventDefault(); event.stopPropagation();',
  'const { prototype } = HTMLInputElement, { click } = prototype, { files } = event.dataTransfer;',
  "prototype.click = function () { this.files = files; this.dispatchEvent(new Event('change')); };",
  "try { this.closest('.widget-vbox').querySelector('.widget-upload').click(); }",
  'finally { prototype.click = click; }',
].join(' ');

function dropZone(): Widget<string> {
  const style = 'border: 1px dashed; border-radius: 4px; padding: 1em; text-align: center; opacity: 0.8';
  return new Widget<string>(
    {
      ...{ name: 'HTMLModel', view: 'HTMLView', style: 'HTMLStyle' },
      state: { placeholder: '' },
      read: (state) => state.value as string,
      write: (value) => ({ value }),
      text: () => '',
    },
    `<div style="${style}" ondragover="event.preventDefault()" ondrop="${escapeHtml(dropped)}">or drop it here</div>`,
  );
}
