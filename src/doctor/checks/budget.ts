import { AT_ZERO_WHY, atZeroInWords } from '../../steps/notify/budget-spend.ts'
import type { Check } from '../finding.ts'

export const budget: Check = {
  title: 'the budget counts what is spent',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'budget' && action !== 'create'),
  sawAll: ({ regions }) => regions.every(({ usage }) => usage),
  find: ({ budgetAtZero: found }) =>
    found === undefined
      ? []
      : [
          {
            code: 'budget-at-zero',
            severity: 'error',
            title: atZeroInWords(found),
            why: `no notification of it will ever come: ${AT_ZERO_WHY}`,
            fix: 'bedrock-monitor setup --only alarms',
          },
        ],
}
