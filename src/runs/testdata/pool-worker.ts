/** Entry of the threads in the pool's tests. */
import { startToolWorker } from '../tool-worker.ts';
import { poolTools } from './pool-tools.ts';

startToolWorker(poolTools);
