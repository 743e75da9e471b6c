import { expect, test } from '@jest/globals'
import type { AwsContext } from '../../src/aws/context.ts'
import { sharedAnswer } from '../../src/aws/pages.ts'

const cx = {} as AwsContext

test('asks once for all who ask while the answer is on its way, and anew after that', async () => {
  let asked = 0
  const ask = sharedAnswer(async () => {
    asked += 1
    return asked
  })
  expect(await Promise.all([ask(cx), ask(cx), ask(cx)])).toEqual([1, 1, 1])
  expect(await ask(cx)).toBe(2)
})

test('a failure is for those who waited for it, and kept for nobody else', async () => {
  const answers = [Promise.reject(new Error('no')), Promise.resolve('yes')]
  const ask = sharedAnswer(() => answers.shift() ?? Promise.resolve('over'))
  await expect(Promise.all([ask(cx), ask(cx)])).rejects.toThrow('no')
  expect(await ask(cx)).toBe('yes')
})
