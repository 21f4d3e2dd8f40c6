import { test } from 'vitest';
import type { AnyDefinition } from '../definition.ts';
import { runRandomSchedule } from '../random-schedule.ts';
import { standardSettings } from '../settings.ts';
import { isrLogDefinition } from './isr-log-definition.ts';

test('probe', () => {
  for (const nodes of [2, 3])
    for (const variant of [undefined, ...isrLogDefinition.variants.map((each) => each.name)]) {
      const config = isrLogDefinition.configure({ nodes, settings: standardSettings(isrLogDefinition.settings), ...(variant === undefined ? {} : { variant }) });
      const found: Record<string, string> = {};
      for (let seed = 0; seed < 150; seed++) {
        const o = runRandomSchedule({ definition: isrLogDefinition as unknown as AnyDefinition, config, seed, steps: 500 });
        for (const k of ['byHolds', 'byMonitors'] as const) if (o[k]) found[k] ??= `${seed} ${o[k]}`;
        if (o.unsettled.length) found['u'] ??= `${seed} ${o.unsettled}`;
        if (o.reached.length) found['r'] = String(o.reached);
        found['n'] = String(Number(found['n'] ?? 0) + (o.byHolds ? 1 : 0));
      }
      console.log(nodes, variant, JSON.stringify(found, null, 1));
    }
}, 100000);
