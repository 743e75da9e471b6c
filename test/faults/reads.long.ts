import { test } from '@jest/globals'
import { expectReadsHold } from './matrix.ts'

test(
  'whatever call fails, and however: what reads gets over it or says what is wrong, and changes nothing',
  expectReadsHold,
  1_200_000,
)
