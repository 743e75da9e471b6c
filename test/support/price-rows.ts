import { type PricesTold, pricer } from '../../src/report/cost.ts'
import type { Row } from '../../src/report/model.ts'
import type { AttoUsd } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { addCoverage, amountOf, type Coverage, isUntold } from '../../src/report/spending.ts'

/** Rows with what they cost, of what has a price; null without one. Of the floors something is left out. */
export interface RowCosts extends PricesTold {
  costs: Map<Row, AttoUsd | null>
  floors: Set<Row>
}

/** The cost of each row, and all that is to be said about the prices. */
export function priceRows(rows: readonly Row[], book: PriceBook): RowCosts {
  const { priced, told } = pricer(book)
  const floors = new Set<Row>()
  const costs = new Map(
    rows.map((row) => {
      const found = priced(row)
      const coverage: Coverage = { priced: false }
      addCoverage(coverage, row, found)
      if (coverage.lacks) floors.add(row)
      return [row, found.isPriced && !isUntold(coverage) ? amountOf(found.charges) : null]
    }),
  )
  return { costs, floors, ...told() }
}
