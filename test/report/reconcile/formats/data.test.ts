import { expect, test } from '@jest/globals'
import { renderJson } from '../../../../src/report/reconcile/formats/data.ts'
import type { Reconciliation } from '../../../../src/report/reconcile/model.ts'

test.each([0, 1, 1000, 1001, 2500])('%d cells are written in pieces as in one', (count) => {
  const cells = Array.from({ length: count }, (_, index) => ({ model: `a "cells": [] of ${index}`, causes: [] }))
  const result = { schemaVersion: 1, days: [], cells, proposal: null, warnings: ['"cells": []'] } as unknown
  const pieces = [...renderJson(result as Reconciliation)]
  expect(pieces.join('')).toBe(`${JSON.stringify(result, null, 2)}\n`)
  expect(pieces.length).toBeGreaterThanOrEqual(Math.ceil(count / 1000))
})
