/** Writes `sw.js`: the service worker with the version of this build and the files of its shell. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The administration centre is fetched when somebody opens it, and kept from then on. */
const NOT_KEPT = /\/src\/admin\//;
/** What the page needs beside its scripts. */
const ICONS = ['/icon.svg', '/icon-192.png', '/manifest.webmanifest'];

export function shell(): Plugin {
  return {
    name: 'visavis-shell',
    generateBundle(_, bundle) {
      const files: string[] = [];
      for (const [name, output] of Object.entries(bundle)) {
        const isAdministration = output.type === 'chunk' && NOT_KEPT.test(output.facadeModuleId ?? '');
        if (name.startsWith('assets/') && !isAdministration) files.push(`/${name}`);
      }
      files.sort();
      // Names have the hash of what is in them; the worker itself is the rest of a version.
      const source = readFileSync(new URL('src/worker/sw.js', import.meta.url), 'utf8');
      const version = createHash('sha256').update(source).update(files.join('\n')).digest('hex').slice(0, 12);
      const filled = source
        .replace("'__VERSION__'", JSON.stringify(version))
        .replace("['__FILES__']", JSON.stringify([...ICONS, ...files]));
      if (filled.includes('__VERSION__') || filled.includes('__FILES__')) throw new Error('src/worker/sw.js has no place for the version and the files');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: filled });
    },
  };
}
