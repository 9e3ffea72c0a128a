import { makeStyles, tokens } from '@fluentui/react-components';

/** Plain tables: they read well aloud, and fold into blocks where there is no room. */
export const useTableStyles = makeStyles({
  table: {
    inlineSize: '100%',
    borderCollapse: 'collapse',
    fontSize: tokens.fontSizeBase300,
    '& th, & td': {
      textAlign: 'start',
      verticalAlign: 'top',
      padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
      borderBlockEndWidth: '1px', borderBlockEndStyle: 'solid', borderBlockEndColor: tokens.colorNeutralStroke2,
      overflowWrap: 'anywhere',
    },
    '& thead th': { color: tokens.colorNeutralForeground2, fontWeight: tokens.fontWeightSemibold, whiteSpace: 'nowrap' },
    '& button': { overflowWrap: 'normal', whiteSpace: 'nowrap' },
    // Names are what one looks for: they keep room for a word.
    '& tbody th': { fontWeight: tokens.fontWeightRegular, minInlineSize: '112px' },
    '& tbody tr:hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    // There the colour under the pointer leaves nothing of the grades of text: a line does it.
    ':global([data-theme="highContrast"])': { '& tbody tr:hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } },
  },
  scroll: { overflowX: 'auto', flexShrink: 0 },
  /** Numbers are never broken, nor the words of their headings. */
  number: { textAlign: 'end !important' as 'end', overflowWrap: 'normal !important' as 'normal', whiteSpace: 'normal !important' as 'normal', fontVariantNumeric: 'tabular-nums', '@media (max-width: 639px)': { textAlign: 'start !important' as 'start' } },
  /** On phones each row is a block of its own, with the heading of each cell before it. */
  folding: {
    '@media (max-width: 639px)': {
      '& thead': { position: 'absolute', clipPath: 'inset(50%)', inlineSize: '1px', blockSize: '1px', overflow: 'hidden' },
      '& tbody tr': { display: 'block', paddingBlock: tokens.spacingVerticalS, borderBlockEndWidth: '1px', borderBlockEndStyle: 'solid', borderBlockEndColor: tokens.colorNeutralStroke2 },
      '& tbody th, & tbody td': { display: 'block', border: 'none', paddingBlock: '2px' },
      '& tbody td[data-label]::before': { content: 'attr(data-label) ": "', color: tokens.colorNeutralForeground2 },
    },
  },
});
