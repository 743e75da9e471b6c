import { test } from '@jest/globals'
import { expectItHolds } from './matrix.ts'

test.each(['setup', 'setup with every option'] as const)(
  'whatever call of %s fails, and however: it gets over it or says what is wrong, and converges when it is run again',
  expectItHolds,
  1_200_000,
)
