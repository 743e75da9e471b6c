import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diff } from '../../src/core/diff.ts'
import { changeWords } from '../../src/ui/plan.ts'

const statement = (Sid: string, Effect = 'Allow') => ({ Sid, Effect, Action: ['s3:PutObject'] })

test.each<[unknown, unknown, string]>([
  [{ threshold: 20_000 }, { threshold: 10_000 }, 'threshold: 20,000 → 10,000'],
  [{ days: undefined }, { days: 30 }, 'days: (none) → 30'],
  [{ enabled: true }, { enabled: false }, 'enabled: true → false'],
  [{ key: 'a' }, {}, 'key: a → (none)'],
  [{ policy: { Statement: [] } }, { policy: { Statement: [statement('Ours')] } }, 'policy: adds Ours'],
  [{ policy: [statement('Ours', 'Deny')] }, { policy: [statement('Ours')] }, 'policy: changes Ours'],
  [{ policy: [statement('Theirs')] }, { policy: [statement('Ours')] }, 'policy: adds Ours; removes Theirs'],
  [{ actions: ['a', 'b'] }, { actions: ['b', 'a'] }, 'actions: another order'],
  [{}, { actions: ['a', 'b'] }, 'actions: adds a, b'],
  [{ all: [] }, { all: [...'abcdefgh'] }, 'all: adds a, b, c, d, e and 3 more'],
  [
    { rules: [] },
    { rules: [{ Status: 'Enabled', Expiration: { Days: 3 } }] },
    'rules: adds Status Enabled, Expiration Days 3',
  ],
  [
    { widgets: [] },
    { widgets: [{ type: 'text', properties: { markdown: '## Spend\nmore' } }] },
    'widgets: adds ## Spend',
  ],
  [{ s3: undefined }, { s3: { bucket: 'b', keyPrefix: undefined } }, 's3: (none) → bucket b'],
  [
    { text: `${'the same words '.repeat(12)}Any errors.` },
    { text: `${'the same words '.repeat(12)}One error.` },
    'text: …Any errors. → …One error.',
  ],
  [undefined, {}, 'all of it: (none) → (none)'],
])('%j → %j', (from, to, expected) => {
  expect(diff(from, to).map((change) => changeWords(change))).toEqual([expected])
})

test('whatever changes, something is said of it, and not more than can be read', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (from, to) => {
      for (const change of diff({ member: from }, { member: to })) {
        const words = changeWords({ ...change, path: 'member' })
        expect(words).toMatch(/^member: ./)
        expect(words.length).toBeLessThan(3_500)
      }
    }),
  )
})
