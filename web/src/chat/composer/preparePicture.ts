/**
 * Makes an image ready to be sent: of a kind that every browser shows, within the limits of the
 * server, and, for photographs, without what the camera wrote into it, such as the place.
 */
import { newKey } from '../../api/client';
import type { Picture } from '../../live/pictures';

/** As in docs/reference/limits.md. */
export const PICTURES_MAX = 10;
export const PICTURE_BYTES_MAX = 1_048_576;
export const PICTURES_BYTES_MAX = 1_441_792;

/** Tried one after another until the image is small enough: the longest side, and the quality. */
const SIZES = [[2_048, 0.85], [1_600, 0.8], [1_200, 0.7], [800, 0.6], [480, 0.5]] as const;
/** Kinds that are sent as they are when they are small enough. */
const SENT_AS_IS = ['image/png', 'image/gif', 'image/webp'];

export type Problem = 'notAnImage' | 'kind' | 'tooLarge' | 'noRoom';
export type Prepared = { readonly picture: Picture } | { readonly problem: Problem };

/** What a browser can do with images; tests bring their own. */
export interface Tools {
  decode(blob: Blob): Promise<{ readonly width: number; readonly height: number; encode(longest: number, quality: number): Promise<Blob | null> } | null>;
}

/** `room` is how many bytes the other images of the message leave. */
export async function preparePicture(file: Blob, room: number, tools: Tools = browser): Promise<Prepared> {
  const start = await startOf(file).catch(() => null);
  // A folder, or a file that is gone.
  if (!start) return { problem: 'notAnImage' };
  const kind = kindOf(start);
  if (kind === null && (!file.type.startsWith('image/') || file.type.includes('svg'))) return { problem: file.type.startsWith('image/') ? 'kind' : 'notAnImage' };
  const image = await tools.decode(file);
  if (!image) return { problem: 'kind' };
  const most = Math.min(PICTURE_BYTES_MAX, room);
  if (kind && SENT_AS_IS.includes(kind) && file.size <= most) return made(file, kind, image.width, image.height);
  // An animation would lose all of its pictures but one.
  if (kind === 'image/gif') return { problem: file.size > PICTURE_BYTES_MAX ? 'tooLarge' : 'noRoom' };
  for (const [longest, quality] of SIZES) {
    const smaller = await image.encode(longest, quality);
    if (!smaller) return { problem: 'kind' };
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    if (smaller.size <= most) return made(smaller, smaller.type, Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));
  }
  return { problem: room < PICTURE_BYTES_MAX ? 'noRoom' : 'tooLarge' };
}

/** The kind that the first bytes prove, as the server tells it. */
export function kindOf(start: Uint8Array): string | null {
  const is = (at: number, ...bytes: number[]) => bytes.every((byte, n) => start[at + n] === byte);
  if (is(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (is(0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (is(0, 0x47, 0x49, 0x46, 0x38) && (start[4] === 0x37 || start[4] === 0x39) && start[5] === 0x61) return 'image/gif';
  if (is(0, 0x52, 0x49, 0x46, 0x46) && is(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp';
  return null;
}

async function made(blob: Blob, type: string, width: number, height: number): Promise<Prepared> {
  return { picture: { id: newKey(), alt: '', width, height, content: { type, base64: await base64Of(blob), bytes: blob.size }, number: null } };
}

async function base64Of(blob: Blob): Promise<string> {
  const address = await read(blob, (reader) => reader.readAsDataURL(blob));
  return String(address).split(',')[1] ?? '';
}

async function startOf(file: Blob): Promise<Uint8Array> {
  const start = file.slice(0, 12);
  return new Uint8Array((await read(start, (reader) => reader.readAsArrayBuffer(start))) as ArrayBuffer);
}

function read(blob: Blob, begin: (reader: FileReader) => void): Promise<FileReader['result']> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result));
    reader.addEventListener('error', () => reject(reader.error ?? new Error(`a file of ${blob.size} bytes cannot be read`)));
    begin(reader);
  });
}

const browser: Tools = {
  async decode(blob) {
    try {
      const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
      return { width: bitmap.width, height: bitmap.height, encode: (longest, quality) => encode(bitmap, longest, quality) };
    } catch {
      return null;
    }
  },
};

function encode(bitmap: ImageBitmap, longest: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  // What was see-through becomes white rather than black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
}
