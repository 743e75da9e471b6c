import { expect, test } from '@jest/globals'
import { accountLabel } from '../../src/text/account.ts'

test.each([
  [{ id: '111122223333' }, '111122223333'],
  [{ id: '111122223333', name: 'prod' }, '111122223333 (prod)'],
  [{ id: '111122223333', name: '111122223333' }, '111122223333'],
  [{ id: '111122223333', name: '' }, '111122223333'],
])('%j reads %s', (account, label) => {
  expect(accountLabel(account)).toBe(label)
})

test('a name brings nothing to a terminal but its text', () => {
  expect(accountLabel({ id: '1', name: 'a\u001b[31m\r\nb' })).not.toMatch(/\p{Cc}/u)
})
