import { expect, test } from '@jest/globals'
import { withoutGivenSecrets } from '../../src/core/secrets.ts'

// By the square of their length, the last of these would take longer than a test may.
test.each([
  ['password=hunter2', 'password=…'],
  ['{"secretKey" : "hunter2"}', '{"secretKey" : …"}'],
  [`https://ann:${'x'.repeat(900)}@host/`, 'https://…@host/'],
  [`ann:${'x'.repeat(900)}@host`, '…@host'],
  [`https://${'n'.repeat(5_000)}:${'x'.repeat(900)}@host/`, 'https://…@host/'],
  [`https://ann:${'x/@'.repeat(5_000)}@host/`, 'https://…@host/'],
  [`proxy=${'n'.repeat(5_000)}:${'x'.repeat(5_000)}@host`, 'proxy=…@host'],
  ['x-eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig', 'x-(not shown: it looks like a secret)'],
  ['=a'.repeat(50_000), '=a'.repeat(50_000)],
  [`${'=a'.repeat(500_000)} @`, `${'=a'.repeat(500_000)} @`],
  ['(a:'.repeat(300_000), '(a:'.repeat(300_000)],
  ['eyJ-'.repeat(250_000), 'eyJ-'.repeat(250_000)],
  [`${'eyJ-'.repeat(250_000)}.a`, `${'eyJ-'.repeat(250_000)}.a`],
  ['a+.'.repeat(30_000), 'a+.'.repeat(30_000)],
  ['token'.repeat(20_000), 'token'.repeat(20_000)],
])('what is secret is left out, however long the text is (%#)', (text, expected) => {
  expect(withoutGivenSecrets(text)).toBe(expected)
})
