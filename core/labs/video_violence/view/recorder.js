const SECONDS = 20;
export default function ({ parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const video = parentElement.querySelector("video");
  const status = parentElement.querySelector("span");
  const words = parentElement.querySelector(".box").dataset;
  let recorder = null, timer = null;
  const release = () => {
    clearInterval(timer);
    video.srcObject?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    button.textContent = words.record;
    button.classList.remove("on");
  };
  const send = (parts, type) => {
    const reader = new FileReader();
    reader.onload = () => setTriggerValue("clip", reader.result.split(",")[1]);
    reader.readAsDataURL(new Blob(parts, { type }));
  };
  const begin = async () => {
    if (!navigator.mediaDevices || !window.MediaRecorder)
      throw new Error(words.https);
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
    video.srcObject = stream;
    await video.play();
    const parts = [], started = Date.now();
    const wanted = ["video/webm;codecs=vp8", "video/webm", "video/mp4"].find((t) => MediaRecorder.isTypeSupported(t));
    recorder = new MediaRecorder(stream, { mimeType: wanted, videoBitsPerSecond: 1500000 });
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => { release(); status.textContent = words.read; send(parts, wanted); };
    recorder.start(500);
    button.textContent = words.stop;
    button.classList.add("on");
    timer = setInterval(() => {
      const passed = (Date.now() - started) / 1000;
      status.textContent = words.of.replace("{passed}", passed.toFixed(0)).replace("{most}", SECONDS);
      if (passed >= SECONDS) recorder.stop();
    }, 200);
  };
  button.onclick = async () => {
    if (recorder && recorder.state === "recording") { recorder.stop(); return; }
    try { await begin(); } catch (error) {
      release();
      status.textContent = words.none.replace("{error}", () => error.message);
    }
  };
  return () => {
    if (recorder && recorder.state === "recording") { recorder.onstop = null; recorder.stop(); }
    release();
  };
}
