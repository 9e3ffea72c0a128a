/**
 * Where menus, dialogs and hints are put that float above the page: a region of its own, so that
 * whoever goes through the page by its regions meets them, too.
 */
export function floatingPlace(): HTMLElement | undefined {
  return document.getElementById('floating') ?? undefined;
}
