// The connection to the server, which reconnects when it is lost.
const [FIRST, MAX] = [250, 4000]; // ms until the next try

export function connect({ receive, setLost }) {
  const address = `${location.origin.replace(/^http/, "ws")}${location.pathname.replace(/^\/d\//, "/ws/")}`;
  let socket, wait = FIRST;
  const open = () => {
    socket = new WebSocket(address);
    socket.onopen = () => {
      wait = FIRST;
      setLost(false);
    };
    socket.onmessage = ({ data }) => receive(JSON.parse(data));
    socket.onclose = () => {
      setLost(true);
      setTimeout(open, wait);
      wait = Math.min(2 * wait, MAX);
    };
  };
  open();
  return (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
}
