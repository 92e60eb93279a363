"""A Secret Service that is there and never answers, as one does that waits for its dialog."""

from jeepney import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

from tests.support.desktop import SECRET_SERVICE

if __name__ == "__main__":
    with open_dbus_connection() as connection:
        Proxy(message_bus, connection).RequestName(SECRET_SERVICE)
        while True:
            connection.receive()
