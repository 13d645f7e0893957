/** Ask before something that cannot be undone: `if (await ask({...})) ...` */

export interface Question {
  title: string;
  body: string[];
  action: string;
  danger?: boolean;
}

let current = $state.raw<{ question: Question; answer: (yes: boolean) => void } | null>(null);

export function ask(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    current = {
      question,
      answer: (yes) => {
        current = null;
        resolve(yes);
      },
    };
  });
}

export const asked = {
  get current() {
    return current;
  },
};
