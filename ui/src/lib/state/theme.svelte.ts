/** Light, dark, or as the device says. `public/theme.js` applies the stored choice before the first paint. */

export type Theme = 'auto' | 'light' | 'dark';
const STORED = 'consentry.theme';

function stored(): Theme {
  const value = localStorage.getItem(STORED);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

let current = $state<Theme>(stored());

export const theme = {
  get current(): Theme {
    return current;
  },
  choose(wanted: Theme): void {
    current = wanted;
    if (wanted === 'auto') {
      localStorage.removeItem(STORED);
      delete document.documentElement.dataset['theme'];
    } else {
      localStorage.setItem(STORED, wanted);
      document.documentElement.dataset['theme'] = wanted;
    }
  },
};
