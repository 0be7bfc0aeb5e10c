import { checkOperations, checkSteps } from '../selfCheck';
import { nameOf, type SimdModule } from './module';
import { runOnSimd } from './operationKernels';
import { SimdEngine } from './simdEngine';

/** Checks the kernels of every operation, and the fused ones by small steps. Throws DeviceError saying what is off. */
export async function selfCheck(module: SimdModule): Promise<void> {
  const label = nameOf(module);
  await checkOperations(label, (cases) => runOnSimd(module, cases));
  await checkSteps(label, (program, adam) => SimdEngine.open(program, adam, { module }));
}
