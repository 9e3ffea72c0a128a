/**
 * A screen too low for what stands still above and below a list, such as one at 400 % or a phone laid on
 * its side: there the page is scrolled, and lists keep a height of their own (WCAG 1.4.10).
 */
export const SHORT = '@media (max-height: 399px)';
/** What a list keeps there. */
export const LIST_BLOCK_SIZE = '176px';
