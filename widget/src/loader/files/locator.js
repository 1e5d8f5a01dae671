// The consent platform of a page around this one, by messages: the form of the TCF's API for frames (IAB CMP API v2).
export default (page, survey, around, heard) => {
  const callId = 'sondeo' + Math.random();
  addEventListener('message', ({ source, data }) => {
    if (source !== around) return;
    try {
      // Some platforms answer in text.
      const { __tcfapiReturn: said } = data.trim ? JSON.parse(data) : data;
      if (said.callId === callId) heard(said.returnValue, said.success);
    } catch {}
  });
  // The platform's origin is not known, and what is asked is no secret.
  around.postMessage({ __tcfapiCall: { command: 'addEventListener', version: 2, parameter: undefined, callId } }, '*');
};
