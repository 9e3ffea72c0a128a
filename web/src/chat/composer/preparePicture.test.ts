import { describe, expect, test } from 'vitest';

import { PICTURE_BYTES_MAX, PICTURES_BYTES_MAX, preparePicture, type Tools } from './preparePicture';

const starts = {
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  jpeg: [0xff, 0xd8, 0xff, 0xe0],
  gif: [0x47, 0x49, 0x46, 0x38, 0x39, 0x61],
  webp: [0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50],
};

function file(start: readonly number[], bytes: number, type = ''): Blob {
  const content = new Uint8Array(bytes);
  content.set(start);
  return new Blob([content], { type });
}

/** A browser in which an image of this size encodes to so many bytes for each pixel of its longest side. */
function browser(width: number, height: number, perPixel: number): Tools & { readonly tried: number[] } {
  const tried: number[] = [];
  return {
    tried,
    decode: async () => ({
      width,
      height,
      encode: async (longest) => {
        tried.push(longest);
        return file(starts.jpeg, Math.min(longest, Math.max(width, height)) * perPixel, 'image/jpeg');
      },
    }),
  };
}

const none: Tools = { decode: async () => null };

describe('an image', () => {
  test.each([['png', 'image/png'], ['gif', 'image/gif'], ['webp', 'image/webp']] as const)('in %s that is small enough is sent as it is', async (kind, type) => {
    const tools = browser(30, 20, 1);
    // Its first bytes say what it is, whatever it is called.
    const prepared = await preparePicture(file(starts[kind], 500, 'text/plain'), PICTURES_BYTES_MAX, tools);
    expect(prepared).toMatchObject({ picture: { width: 30, height: 20, alt: '', content: { type, bytes: 500 } } });
    expect(tools.tried).toEqual([]);
  });

  test('of a camera is written anew, so that the place where it was taken does not go with it', async () => {
    const tools = browser(400, 300, 1);
    expect(await preparePicture(file(starts.jpeg, 500), PICTURES_BYTES_MAX, tools)).toMatchObject({ picture: { width: 400, height: 300, content: { type: 'image/jpeg', bytes: 400 } } });
    expect(tools.tried).toEqual([2_048]);
  });

  test('that is too large is made smaller until it fits', async () => {
    const tools = browser(4_000, 3_000, 800);
    expect(await preparePicture(file(starts.jpeg, 5_000_000), PICTURES_BYTES_MAX, tools)).toMatchObject({ picture: { width: 1_200, height: 900 } });
    expect(tools.tried).toEqual([2_048, 1_600, 1_200]);
  });

  test('is made smaller where others leave little room, or has none', async () => {
    expect(await preparePicture(file(starts.png, 500_000), 300_000, browser(4_000, 3_000, 200))).toMatchObject({ picture: { content: { bytes: 240_000 } } });
    expect(await preparePicture(file(starts.png, 500_000), 100, browser(4_000, 3_000, 200))).toEqual({ problem: 'noRoom' });
  });

  test('that moves and is too large is refused rather than stopped', async () => {
    expect(await preparePicture(file(starts.gif, PICTURE_BYTES_MAX + 1), PICTURES_BYTES_MAX, browser(10, 10, 1))).toEqual({ problem: 'tooLarge' });
  });

  test('of a kind that could run something, or that no browser reads, is refused', async () => {
    const svg = new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: 'image/svg+xml' });
    expect(await preparePicture(svg, PICTURES_BYTES_MAX, browser(10, 10, 1))).toEqual({ problem: 'kind' });
    expect(await preparePicture(file([0x42, 0x4d], 100, 'image/x-unknown'), PICTURES_BYTES_MAX, none)).toEqual({ problem: 'kind' });
    expect(await preparePicture(file(starts.png, 100, 'image/png'), PICTURES_BYTES_MAX, none)).toEqual({ problem: 'kind' });
  });

  test('of a kind that only this browser reads becomes one that all read', async () => {
    expect(await preparePicture(file([0x42, 0x4d], 100, 'image/bmp'), PICTURES_BYTES_MAX, browser(20, 10, 5))).toMatchObject({ picture: { content: { type: 'image/jpeg' } } });
  });

  test('is not what another file is', async () => {
    expect(await preparePicture(new Blob(['%PDF-1.7'], { type: 'application/pdf' }), PICTURES_BYTES_MAX, none)).toEqual({ problem: 'notAnImage' });
    expect(await preparePicture(new Blob([]), PICTURES_BYTES_MAX, none)).toEqual({ problem: 'notAnImage' });
  });
});
