"""The detector process: looks at what the watchers offer, one picture after the other, in turn.

``python -m consentry.home.detector PIPE WATCHER... NOTE`` with inherited descriptors. EOF from the
hub ends it.
"""

import selectors
import socket
import sys

from consentry.home.link import HubLink, begin_child
from consentry.home.looks import CameraSighting, LookReceiver
from consentry.home.messages import Seen
from consentry.vision.detector import ObjectDetector


def main() -> None:
    """Look until the hub closes the pipe."""
    pipe, *watchers, note = (int(argument) for argument in sys.argv[1:])
    link, _ = begin_child(pipe, note)
    detector = ObjectDetector()
    selector = selectors.DefaultSelector()
    selector.register(link, selectors.EVENT_READ, None)
    for watcher in watchers:
        end = socket.socket(fileno=watcher)
        selector.register(end, selectors.EVENT_READ, LookReceiver(end))
    while True:
        for key, _ in selector.select():
            if key.data is None:
                if link.receive_one() is None:
                    link.close()
                    return
            else:
                _look(key.data, detector, link)


def _look(receiver: LookReceiver, detector: ObjectDetector, link: HubLink) -> None:
    """Handle what one watcher sent: a look at most, as it waits to be asked for the next."""
    for asked in receiver.read():
        sighting = detector.look(asked.look)
        link.offer(Seen(asked.camera, sighting))
        receiver.ready(CameraSighting(asked.camera, sighting))


if __name__ == "__main__":
    main()
