import type { Warning } from '../../../core/events.ts'
import { STANDARD_TERMS } from '../../terms.ts'
import { agree, allChanges, NO_PRICE, type Price, type PriceBook } from '../book.ts'
import { OWN_PRICE } from '../bundled.ts'
import { completeByRule } from '../rules.ts'
import type { ListedQuote, PriceListBook } from './book.ts'

/**
 * The live list before the bundled prices. What we saw in the list on a day holds of that day. Of days on which we saw nothing
 * the bundled price of the time is believed, and the list only where it is the same or there is no other.
 */
export function liveFirst(live: PriceListBook, bundled: PriceBook): PriceBook {
  return {
    changes: allChanges([live.changes, bundled.changes]),
    lookup(modelId, region, at, terms) {
      const listed = live.lookup(modelId, region, at, terms)
      const known = bundled.lookup(modelId, region, at, terms)
      if ('unpriced' in listed) {
        if (listed.unpriced === NO_PRICE) return known
        // What the bundled prices know of the terms holds if they start from the same standard price.
        const base = listed.standard && bundled.lookup(modelId, region, at, STANDARD_TERMS)
        const same = base && !('unpriced' in base) && agree(listed.standard ?? {}, base.perMillion)
        if (same && !('unpriced' in known)) return known
        return { unpriced: listed.unpriced.startsWith(NO_PRICE) ? `${listed.unpriced}; ${OWN_PRICE}` : listed.unpriced }
      }
      const { when, until: _, ...quote } = listed
      const price: Price = { ...quote, warnings: [] }
      if ('unpriced' in known) return { ...price, warnings: assumed(modelId, listed) }
      if (agree(price.perMillion, known.perMillion)) {
        return {
          ...price,
          ...completeByRule(modelId, price, [known]),
          warnings: when === 'between' ? assumed(modelId, listed) : [],
        }
      }
      const { perMillion, source, asOf } = known
      // AWS's own list is right about what we saw in it: what others say is shown to who asks, and no reason to warn.
      if (when !== 'before') {
        return { ...price, disputes: [{ perMillion, source, asOf }], warnings: assumed(modelId, listed) }
      }
      return {
        ...known,
        disputes: [...(known.disputes ?? []), quote],
        warnings: [...known.warnings, older(modelId, listed, known)],
      }
    },
  }
}

function assumed(modelId: string, { when, asOf, until }: ListedQuote): Warning[] {
  if (when === 'seen') return []
  const message =
    when === 'before'
      ? `the price of ${modelId} is known since ${asOf}; earlier use is priced the same, as no other price is known`
      : `the AWS Price List changed the price of ${modelId} between ${asOf} and ${until}; use on the days between has the old price`
  return [{ code: 'price-date-assumed', message }]
}

function older(modelId: string, { asOf }: ListedQuote, known: Price): Warning {
  const date = known.asOf === null ? '' : ` as of ${known.asOf}`
  return {
    code: 'price-date-assumed',
    message: `on ${asOf}, the AWS Price List had another price for ${modelId} than ${known.source}${date}; earlier use has the latter price, as the day of the change is not known`,
  }
}
