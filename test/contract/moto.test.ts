import { describeWith, startMoto } from '../support/external.ts'
import { contract } from './contract.ts'

describeWith(['moto_server', 'aws'], 'against moto', () =>
  contract({
    start: startMoto,
    tagsDashboards: false,
    encryptsByDefault: false,
    percentiles: false,
    validatesLogging: false,
    knowsOptions: false,
  }),
)
