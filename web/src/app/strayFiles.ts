/** A file that is dropped where nothing takes it would be opened in place of the page, and what is unsent with it. */
export function keepFilesOut(): () => void {
  const keepOut = (event: DragEvent) => {
    const isTaken = event.defaultPrevented || (event.target instanceof Element && event.target.closest('input[type="file"]') !== null);
    if (isTaken || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  addEventListener('dragover', keepOut);
  addEventListener('drop', keepOut);
  return () => {
    removeEventListener('dragover', keepOut);
    removeEventListener('drop', keepOut);
  };
}
