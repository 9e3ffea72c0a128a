/** Colours: one brand, three themes, and whatever the system prefers. */
import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  teamsHighContrastTheme,
  type Theme,
} from '@fluentui/react-components';
import { useSyncExternalStore } from 'react';

import { type Preferences, usePreferences } from './preferences';

/** From nearly black to nearly white. Shade 80 carries white text at 5.6:1. */
const brand: BrandVariants = {
  10: '#001016',
  20: '#00202b',
  30: '#003040',
  40: '#003f53',
  50: '#004e66',
  60: '#005d78',
  70: '#00648a',
  80: '#0b6a88',
  90: '#1f7d9b',
  100: '#3a90ad',
  110: '#56a3be',
  120: '#73b6ce',
  130: '#91c9dd',
  140: '#b0dbea',
  150: '#cfecf5',
  160: '#ecf8fc',
};

const light: Theme = createLightTheme(brand);
const dark: Theme = {
  ...createDarkTheme(brand),
  // Links and accents on dark need the lighter shades to stay readable.
  colorBrandForeground1: brand[120],
  // One's own messages must stand out from a page that is nearly black.
  colorBrandBackground2: brand[40],
  colorBrandForeground2: brand[130],
  // Fluent's red is too dark for text on this background.
  colorStatusDangerForeground1: '#eeacb2',
  colorBrandForegroundLink: brand[120],
  colorBrandForegroundLinkHover: brand[130],
};

export type ThemeName = Exclude<Preferences['theme'], 'system'>;

/** With the letters of the other themes: a change of colours moves nothing. */
const highContrast: Theme = { ...teamsHighContrastTheme, fontFamilyBase: light.fontFamilyBase, fontFamilyMonospace: light.fontFamilyMonospace, fontFamilyNumeric: light.fontFamilyNumeric };

export const themes: Record<ThemeName, Theme> = { light, dark, highContrast };

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const forcesColours = matchMedia('(forced-colors: active)');

function subscribe(listener: () => void): () => void {
  prefersDark.addEventListener('change', listener);
  forcesColours.addEventListener('change', listener);
  return () => {
    prefersDark.removeEventListener('change', listener);
    forcesColours.removeEventListener('change', listener);
  };
}

function systemTheme(): ThemeName {
  if (forcesColours.matches) return 'highContrast';
  return prefersDark.matches ? 'dark' : 'light';
}

/** The theme that is shown now. */
export function useThemeName(): ThemeName {
  const { theme } = usePreferences();
  const system = useSyncExternalStore(subscribe, systemTheme);
  return theme === 'system' ? system : theme;
}
