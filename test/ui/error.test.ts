import { expect, test } from '@jest/globals'
import { AppError, usageError } from '../../src/core/errors.ts'
import { printError, printFailed } from '../../src/ui/error.ts'
import { createOutput } from '../../src/ui/output.ts'
import { FakeStream } from './fake-terminal.ts'

function printed(error: AppError, debug = false): string {
  const stream = new FakeStream()
  printError(createOutput(stream, {}, true), error, { debug })
  return stream.text
}

test('an error is what failed, then what mends it', () => {
  expect(printed(usageError('--hours is 0', 'give a number'))).toBe('error: --hours is 0\nhint: give a number\n')
})

test('what failed for one reason is counted, and the first of it named', () => {
  const failedAll = (names: readonly string[]) => {
    const stream = new FakeStream()
    const out = createOutput(stream, {}, true)
    printFailed(
      out,
      names.map((name) => ({ step: '5', type: 'alarm', name })),
      { message: 'denied', hint: 'ask' },
    )
    return stream.text
  }
  expect(failedAll(['A', 'B', 'C'])).toBe('failed: step 5, 3 alarms (A, B, C): denied\nhint: ask\n')
  expect(failedAll(['A', 'B', 'C', 'D', 'E'])).toBe(
    'failed: step 5, 5 alarms (A, B, C and 2 more): denied\nhint: ask\n',
  )
})

test('an error without a cure has no hint', () => {
  expect(printed(usageError('it is so'))).toBe('error: it is so\n')
})

test('a message of AWS cannot write on the terminal', () => {
  expect(printed(usageError('name \u001b[2Jis\nwrong'))).toBe('error: name is wrong\n')
})

test('a stack trace comes with --debug and not without', () => {
  const error = new AppError('aws', 'Throttling', 'slow down', { cause: new Error('socket hang up') })
  expect(printed(error)).not.toMatch(/ at |socket/)
  expect(printed(error, true)).toMatch(/debug: aws\/Throttling[\s\S]+ at [\s\S]+caused by Error: socket hang up/)
})

test('--debug shows nothing of a cause but its stack', () => {
  const cause = Object.assign(new Error('refused'), { $response: { body: 'a prompt' } })
  expect(printed(new AppError('aws', 'X', 'refused', { cause }), true)).not.toContain('a prompt')
})

test('--debug shows a cause that is no error, or has no stack, as far as there is anything to show', () => {
  expect(printed(new AppError('aws', 'X', 'refused', { cause: 'a word' }), true)).toContain('caused by a word')
  const bare = new Error('without a stack')
  Reflect.deleteProperty(bare, 'stack')
  expect(printed(new AppError('aws', 'X', 'refused', { cause: bare }), true)).toContain('caused by without a stack')
})
