/** Gives somebody a file that was made in the page. */

export function download(name: string, type: string, parts: readonly (string | Blob)[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken its reference by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
