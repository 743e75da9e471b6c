import { expect, test } from '@jest/globals'
import { count } from '../../src/ui/text.ts'

test('counts agree with their noun', () => {
  expect([count(1, 'alarm'), count(10_000, 'object')]).toEqual(['1 alarm', '10,000 objects'])
})
