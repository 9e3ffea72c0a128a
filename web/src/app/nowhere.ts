/** Whether nothing has the focus: what had it has just been taken away. */
export function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
