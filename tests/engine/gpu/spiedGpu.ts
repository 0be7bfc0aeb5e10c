/** `navigator.gpu` that lets its devices be told apart from others; `spoil` is applied to each shader's code. */
export class SpiedGpu {
  readonly devices: GPUDevice[] = [];
  readonly gpu: GPU;

  constructor(spoil?: (code: string) => string) {
    const requestDevice = async (adapter: GPUAdapter, descriptor: GPUDeviceDescriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const create = device.createShaderModule.bind(device);
      if (spoil) device.createShaderModule = (made) => create({ ...made, code: spoil(made.code) });
      this.devices.push(device);
      return device;
    };
    const requestAdapter = async () => {
      const adapter = (await navigator.gpu.requestAdapter())!;
      const { info, limits, features } = adapter;
      return { info, limits, features, requestDevice: requestDevice.bind(null, adapter) };
    };
    this.gpu = { requestAdapter } as unknown as GPU;
  }
}
